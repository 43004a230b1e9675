import { term, wording } from '../../shared/wording.ts';
import type { WriteTransaction } from '../../db/database.ts';
import { checkFilterNames } from '../filter-names.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { InvalidInputError, StatusNotAllowedError } from '../errors.ts';
import { readTask, taskColumns, type Task } from '../tasks/task.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';
import { abandon } from './abandon.ts';
import { checkFilterOfStale, checkSessionFilter, type SessionFilter } from './filter.ts';
import { selectCount, selectPage, type SessionPosition } from './pages.ts';
import { sessionNotRecorded } from './result.ts';

export interface AbandonStaleParams {
  /** A session that has been open for this long is stale. In milliseconds. */
  staleAfterMs: number;
  /** Selects the stale sessions to abandon. */
  filter: SessionFilter;
  reason?: string | null | undefined;
  /** The maximum number of sessions to abandon. */
  first: number;
}

export interface AbandonStaleResult {
  /** The abandoned sessions with their tasks, oldest first. */
  sessions: (TaskSession & { task: Task })[];
  /** The number of stale sessions that match the filter and are still open. */
  remaining: number;
  /** Warnings for the user in plain sentences. Each one starts with a task key. */
  warnings: string[];
}

/** The maximum number of sessions that one request can abandon. It is low, because other writers wait for the request. */
const mostAtOnce = 500;
const pageSize = 100;

/**
 * Abandons stale sessions, oldest first. If a session cannot be abandoned, it stays open and causes a warning. Throws
 * InvalidInputError, TaskNotFoundError, FeatureNotFoundError, EpicNotFoundError.
 */
export async function abandonStaleSessions(
  operation: Operation,
  params: AbandonStaleParams,
): Promise<AbandonStaleResult> {
  const { tx, tables, workflow, now } = operation;
  const { first, filter, staleAfterMs } = params;
  const reason = checkOptionalText('reason', params.reason, limits.text);
  if (first < 1 || first > mostAtOnce)
    throw new InvalidInputError(
      'first',
      wording`${term('first')} is ${first}`,
      `Give a number from 1 to ${mostAtOnce}. To abandon more sessions, repeat the request`,
    );
  checkFilterOfStale(filter);
  const stale = checkSessionFilter({ ...filter, staleAfter: staleAfterMs });
  await checkFilterNames({ read: tx, tables, workflow }, stale);
  const remaining = selectCount(stale, now);
  if (!tables.hasTaskSessions) return { sessions: [], remaining: 0, warnings: [sessionNotRecorded] };

  const abandonedSessions: (TaskSession & { task: Task })[] = [];
  const warnings: string[] = [];
  for await (const session of inOrderOfStart(operation, stale)) {
    const { id, task } = session;
    try {
      const abandoned = await abandon(operation, session, reason);
      if (abandoned.session !== null) abandonedSessions.push({ ...abandoned.session, task: abandoned.task });
      warnings.push(...abandoned.warnings.map((warning) => `${task.key}: ${warning}`));
    } catch (error) {
      // `abandon` throws this error before its first write, so there is nothing to undo.
      if (!(error instanceof StatusNotAllowedError)) throw error;
      warnings.push(`${task.key}: Session ${id} could not be abandoned and stays open. ${error.message}`);
    }
    if (abandonedSessions.length === first) break;
  }
  const { rows } = await remaining.execute(tx);
  return { sessions: abandonedSessions, remaining: rows[0]?.count ?? 0, warnings };
}

/** Yields the sessions, oldest first. Reads them page by page, because there can be many. */
async function* inOrderOfStart(
  { tx, now }: Operation,
  filter: SessionFilter,
): AsyncGenerator<TaskSession & { task: Task }> {
  let after: SessionPosition | undefined;
  for (;;) {
    const page = { filter, orderBy: 'startedAt', ascending: true, after, atMost: pageSize } as const;
    const { rows } = await selectPage(page, now).execute(tx);
    const sessions = await findSessions(
      tx,
      rows.map(({ id }) => id),
    );
    yield* sessions;
    const last = sessions.at(-1);
    if (last === undefined) return;
    after = { id: last.id, at: last.startedAt };
  }
}

async function findSessions(
  tx: WriteTransaction,
  ids: readonly number[],
): Promise<(TaskSession & { task: Task })[]> {
  const sessions = await tx
    .selectFrom('task_sessions')
    .select(sessionColumns)
    .where('id', 'in', ids)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const taskIds = sessions.map(({ taskId }) => taskId);
  const rows = await tx.selectFrom('tasks').select(taskColumns).where('id', 'in', taskIds).execute();
  const tasks = new Map(rows.map((row) => [row.id, readTask(row)]));
  return sessions.flatMap((session) => {
    const task = tasks.get(session.taskId);
    return task === undefined ? [] : [{ ...readSession(session), task }];
  });
}
