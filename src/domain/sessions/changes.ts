import type { Clock } from '../../shared/clock.ts';
import type { Database, Reader } from '../../db/database.ts';
import { Prisma, type TaskSession } from '../../db/generated/prisma/client.ts';
import { pullEvents } from '../events/pull.ts';
import { createEventBuffer, type EventReader, nextOf, type EventBuffer } from '../events/event-buffer.ts';
import type { SessionFacts } from './filter-fields.ts';

export interface SessionChange {
  change: 'OPENED' | 'CLOSED';
  session: TaskSession;
  /** What the session can be chosen by. */
  facts: SessionFacts;
  /** Openings and closings are numbered in the order of their commits. */
  revision: number;
}

export interface SessionChangeWatcher {
  /** Every opening and closing of a session from now on, whichever process or operation did it. */
  watch(matches: (session: SessionFacts) => boolean): Promise<AsyncIterableIterator<SessionChange>>;
}

const batchSize = 100;
const retryAfterMs = 1_000;

/**
 * Looks once for all who watch when something was committed. Openings and closings are numbered, so that everyone
 * goes on behind the last number it saw, however slowly it reads.
 */
export function createSessionChangeWatcher({
  database,
  clock,
  onError,
}: {
  database: Database;
  clock: Clock;
  onError: (error: unknown) => void;
}): SessionChangeWatcher {
  const { read, commits } = database;
  const listeners = new Set<() => void>();
  let buffer: EventBuffer<SessionChange, number> | undefined;
  let unlisten: (() => void) | undefined;
  let looking = false;
  let lookAgain = false;

  const log = {
    read: (after: number, atMost: number) => findChanges(read, after, atMost),
    positionOf: ({ revision }: SessionChange) => revision,
    compare: (one: number, other: number) => one - other,
  };

  const wakeAll = () => {
    for (const listener of [...listeners]) listener();
  };

  const look = async () => {
    lookAgain = true;
    if (looking) return;
    looking = true;
    while (lookAgain && buffer !== undefined) {
      lookAgain = false;
      const watched = buffer;
      try {
        const changes = await log.read(watched.end, batchSize);
        watched.append(changes);
        if (changes.length > 0) wakeAll();
        if (changes.length === batchSize) lookAgain = true;
      } catch (error) {
        watched.invalidate();
        wakeAll();
        onError(error);
        clock.setTimer(retryAfterMs, () => void look());
      }
    }
    looking = false;
  };

  const listen = (wake: () => void) => {
    const listener = () => wake();
    listeners.add(listener);
    unlisten ??= commits.listen(() => void look());
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      unlisten?.();
      unlisten = undefined;
      buffer = undefined;
    };
  };

  return {
    async watch(matches) {
      const from = await latestRevision(read);
      let reader: EventReader<SessionChange, number> | undefined;
      return pullEvents({
        listen,
        async next() {
          buffer ??= createEventBuffer(log, from, clock);
          reader ??= buffer.readAfter(from, ({ facts }) => matches(facts));
          const change = await nextOf(reader);
          if (change === undefined) return [];
          reader.take();
          return [change];
        },
      });
    },
  };
}

async function findChanges(read: Reader, after: number, atMost: number): Promise<SessionChange[]> {
  // Both kinds are read up to the same number: a commit between the two questions would else be skipped by one.
  const latest = await latestRevision(read);
  if (latest <= after) return [];
  const range = { gt: after, lte: latest };
  const opened = await read.taskSession.findMany({
    where: { openedRevision: range },
    orderBy: { openedRevision: 'asc' },
    take: atMost,
  });
  const closed = await read.taskSession.findMany({
    where: { closedRevision: range },
    orderBy: { closedRevision: 'asc' },
    take: atMost,
  });
  const changes = [
    ...opened.map((session) => ({
      change: 'OPENED' as const,
      session,
      revision: session.openedRevision ?? 0,
    })),
    ...closed.map((session) => ({
      change: 'CLOSED' as const,
      session,
      revision: session.closedRevision ?? 0,
    })),
  ]
    .toSorted((one, other) => one.revision - other.revision)
    .slice(0, atMost);
  const keys = await findKeys(
    read,
    changes.map(({ session }) => session.taskId),
  );
  return changes.map((change) => ({
    ...change,
    facts: { ...change.session, ...(keys.get(change.session.taskId) ?? noKeys) },
  }));
}

type Keys = Pick<SessionFacts, 'taskKey' | 'featureKey' | 'epicKey'>;

const noKeys: Keys = { taskKey: null, featureKey: null, epicKey: null };

/** By the ids of the tasks. Adopted databases have tasks without a feature and features without an epic. */
async function findKeys(read: Reader, taskIds: readonly number[]): Promise<ReadonlyMap<number, Keys>> {
  if (taskIds.length === 0) return new Map();
  const rows = await read.$queryRaw<(Keys & { id: bigint })[]>`
    SELECT task.id AS id, task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM tasks task
    LEFT JOIN features feature ON feature.id = task.feature_id
    LEFT JOIN epics epic ON epic.id = feature.epic_id
    WHERE task.id IN (${Prisma.join([...new Set(taskIds)])})`;
  return new Map(rows.map(({ id, ...keys }) => [Number(id), keys]));
}

async function latestRevision(read: Reader): Promise<number> {
  const revision = await read.taskSessionRevision.findFirst();
  return revision?.latest ?? 0;
}
