import type { Reader } from '../db/database.ts';
import type { Prisma, TaskSession } from '../db/generated/prisma/client.ts';
import type { StaleEvent } from '../domain/stale/stale-events.ts';
import { DeliveredStaleEvent } from '../domain/stale/stale-watcher.ts';

type Selection = Pick<Prisma.TaskSessionFindManyArgs, 'include' | 'select'>;
type SessionsById = ReadonlyMap<number, TaskSession>;

/** The loaded sessions of each batch of events. The inner key is the JSON text of the selected fields. */
const loadedBatches = new WeakMap<readonly StaleEvent[], Map<string, Promise<SessionsById>>>();

/** Returns the session that became stale. To save queries, the first call loads the sessions of the whole batch. */
export async function loadStaleSession(
  event: StaleEvent,
  selection: Selection,
  read: Reader,
): Promise<TaskSession> {
  const bySelection = loadedBatches.get(event.batch) ?? new Map<string, Promise<SessionsById>>();
  loadedBatches.set(event.batch, bySelection);
  const key = JSON.stringify(selection);
  const sessions = bySelection.get(key) ?? fetchSessions(event.batch, selection, read);
  bySelection.set(key, sessions);
  // If the query fails, the next event of the batch repeats the query.
  sessions.catch(() => bySelection.delete(key));
  const session = (await sessions).get(event.sessionId);
  if (session === undefined)
    throw new Error(`Session ${event.sessionId} became stale, but it no longer exists`);
  return session;
}

/** If the event is about a stale session, returns the time when that session became stale. */
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
