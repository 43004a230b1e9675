import type { Reader } from '../db/database.ts';
import type { Prisma, TaskSession } from '../db/generated/prisma/client.ts';
import type { StaleEvent } from '../domain/stale/stale-events.ts';
import { DeliveredStaleEvent } from '../domain/stale/stale-watcher.ts';

type Selection = Pick<Prisma.TaskSessionFindManyArgs, 'include' | 'select'>;
type SessionsById = ReadonlyMap<number, TaskSession>;

const fetched = new WeakMap<readonly StaleEvent[], Map<string, Promise<SessionsById>>>();

/**
 * The session of a crossing. With the first one, those of all that were found by the same look are fetched, since
 * they are going to be asked for right behind it.
 */
export async function sessionOf(event: StaleEvent, selection: Selection, read: Reader): Promise<TaskSession> {
  const bySelection = fetched.get(event.batch) ?? new Map<string, Promise<SessionsById>>();
  fetched.set(event.batch, bySelection);
  const key = JSON.stringify(selection);
  const sessions = bySelection.get(key) ?? fetchSessions(event.batch, selection, read);
  bySelection.set(key, sessions);
  // A fault that has passed is not told of again.
  sessions.catch(() => bySelection.delete(key));
  const session = (await sessions).get(event.sessionId);
  if (session === undefined)
    throw new Error(`Session ${event.sessionId} was deleted right after it had turned stale`);
  return session;
}

/** When the session turned stale of which an event tells; undefined for events of another kind. */
export function turnedStaleAt(event: unknown): Date | undefined {
  return event instanceof DeliveredStaleEvent ? event.event.staleAt : undefined;
}

async function fetchSessions(
  events: readonly StaleEvent[],
  selection: Selection,
  read: Reader,
): Promise<SessionsById> {
  const ids = events.map(({ sessionId }) => sessionId);
  const sessions = await read.taskSession.findMany({ ...selection, where: { id: { in: ids } } });
  return new Map(sessions.map((session) => [session.id, session]));
}
