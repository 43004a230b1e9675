import type { Clock } from '../../shared/clock.ts';
import type { Database } from '../../db/database.ts';
import type { Statements } from '../../db/statements.ts';
import { sql } from 'kysely';
import { createEventBuffer, type EventBuffer } from '../events/event-buffer.ts';
import { type EventReader, peekOrCatchUp } from '../events/event-reader.ts';
import { pullEvents } from '../events/event-iterators.ts';
import { createCoalescedPoll, createListeners } from '../events/shared-poll.ts';
import type { SessionFacts } from './filter-fields.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

export interface SessionChange {
  change: 'OPENED' | 'CLOSED';
  session: TaskSession;
  /** The properties of the session that filters use. */
  facts: SessionFacts;
  /** The number of this change. Each opening and closing of a session gets the next number, in the order of commits. */
  revision: number;
}

export interface SessionChangeWatcher {
  /** Yields the matching changes from now on, including those of other processes. */
  watch(matches: (session: SessionFacts) => boolean): Promise<AsyncIterableIterator<SessionChange>>;
}

const batchSize = 100;

/** Creates a watcher of session changes. After each commit, one database poll serves all subscribers. */
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
  let buffer: EventBuffer<SessionChange, number> | undefined;

  const log = {
    read: (after: number, limit: number) => findChanges(read, after, limit),
    positionOf: ({ revision }: SessionChange) => revision,
    compare: (one: number, other: number) => one - other,
  };

  const listeners = createListeners(() => {
    const poll = createCoalescedPoll({
      clock,
      onError,
      async poll() {
        if (buffer === undefined) return;
        const polled = buffer;
        try {
          const changes = await log.read(polled.end, batchSize);
          polled.append(changes);
          if (changes.length > 0) listeners.wakeAll();
          if (changes.length === batchSize) poll.request();
        } catch (error) {
          polled.invalidate();
          listeners.wakeAll();
          throw error;
        }
      },
    });
    const unlisten = commits.listen(poll.request);
    return () => {
      unlisten();
      poll.stop();
      buffer = undefined;
    };
  });

  return {
    async watch(matches) {
      const start = await findLatestRevision(read);
      let reader: EventReader<SessionChange, number> | undefined;
      return pullEvents({
        listen(wake) {
          const unlisten = listeners.listen(wake);
          return () => {
            unlisten();
            reader?.close();
          };
        },
        async next() {
          buffer ??= createEventBuffer(log, start, clock);
          reader ??= buffer.readAfter(start, ({ facts }) => matches(facts));
          const change = await peekOrCatchUp(reader);
          if (change === undefined) return [];
          reader.take();
          return [change];
        },
      });
    },
  };
}

async function findChanges(read: Statements, after: number, limit: number): Promise<SessionChange[]> {
  // Both queries stop at the same revision. Otherwise, a commit between them could hide an earlier change.
  const latest = await findLatestRevision(read);
  if (latest <= after) return [];
  const opened = await changesBetween(read, 'opened_revision', { after, latest, limit });
  const closed = await changesBetween(read, 'closed_revision', { after, latest, limit });
  const changes = [
    ...opened.map((session) => ({ change: 'OPENED' as const, session, revision: session.revision })),
    ...closed.map((session) => ({ change: 'CLOSED' as const, session, revision: session.revision })),
  ]
    .toSorted((one, other) => one.revision - other.revision)
    .slice(0, limit);
  const keys = await findKeys(
    read,
    changes.map(({ session }) => session.taskId),
  );
  return changes.map((change) => ({
    ...change,
    facts: { ...change.session, ...(keys.get(change.session.taskId) ?? noKeys) },
  }));
}

async function changesBetween(
  read: Statements,
  column: 'opened_revision' | 'closed_revision',
  { after, latest, limit }: { after: number; latest: number; limit: number },
): Promise<(TaskSession & { revision: number })[]> {
  const rows = await read
    .selectFrom('task_sessions')
    .select(sessionColumns)
    .select(column)
    .where(column, '>', after)
    .where(column, '<=', latest)
    .orderBy(column)
    .limit(limit)
    .execute();
  return rows.map(({ [column]: revision, ...row }) => ({ ...readSession(row), revision: revision ?? 0 }));
}

type Keys = Pick<SessionFacts, 'taskKey' | 'featureKey' | 'epicKey'>;

const noKeys: Keys = { taskKey: null, featureKey: null, epicKey: null };

/** Returns the keys of each task, its feature and its epic, by task id. The feature or the epic may be missing. */
async function findKeys(read: Statements, taskIds: readonly number[]): Promise<ReadonlyMap<number, Keys>> {
  if (taskIds.length === 0) return new Map();
  const { rows } = await sql<Keys & { id: number }>`
    SELECT task.id AS id, task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM tasks task
    LEFT JOIN features feature ON feature.id = task.feature_id
    LEFT JOIN epics epic ON epic.id = feature.epic_id
    WHERE task.id IN (${sql.join([...new Set(taskIds)])})`.execute(read);
  return new Map(rows.map(({ id, ...keys }) => [id, keys]));
}

async function findLatestRevision(read: Statements): Promise<number> {
  const revision = await read.selectFrom('task_session_revisions').select('latest').executeTakeFirst();
  return revision?.latest ?? 0;
}
