import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
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
import { selectCount, selectPage, type SessionPage, type SessionPosition } from './pages.ts';
import { sessionNotRecorded } from './result.ts';

export interface AbandonStaleParams {
  /** A session that has been open for this long is stale. In milliseconds. */
  staleAfterMs?: number | null | undefined;
  /** A session whose agent has been silent for this long is stale. If both limits are set, both must be reached. */
  silentForMs?: number | null | undefined;
  /** Whether to abandon sessions by their age alone, even if their agents are alive. */
  includeAlive: boolean;
  /** An agent that sent a heartbeat within this time is alive. In milliseconds. */
  aliveWithinMs: number;
  /** Selects the stale sessions to abandon. */
  filter: SessionFilter;
  reason?: string | null | undefined;
  /** The maximum number of sessions to abandon. */
  first: number;
}

export interface AbandonStaleResult {
  /** The abandoned sessions with their tasks, oldest first. */
  sessions: (TaskSession & { task: Task })[];
  /** The number of stale sessions that match the filter and are still open, without the skipped ones. */
  remaining: number;
  /** The first of the sessions that are old enough, but whose agents are alive. Oldest first. */
  skipped: (TaskSession & { task: Task })[];
  skippedCount: number;
  /** See `AbandonStaleParams`. */
  aliveWithinMs: number;
  /** Warnings for the user in plain sentences. Each one starts with a task key. */
  warnings: string[];
}

/** The maximum number of sessions that one request can abandon. It is low, because other writers wait for the request. */
const mostAtOnce = 500;
const pageSize = 100;

/**
 * Abandons stale sessions, oldest first. By age alone, it skips sessions whose agents are alive. If a session cannot be
 * abandoned, it stays open and causes a warning. Throws InvalidInputError, TaskNotFoundError, FeatureNotFoundError,
 * EpicNotFoundError.
 */
export async function abandonStaleSessions(
  operation: Operation,
  params: AbandonStaleParams,
): Promise<AbandonStaleResult> {
  const { tx, tables, workflow, now } = operation;
  const { first, aliveWithinMs } = params;
  const reason = checkOptionalText('reason', params.reason, limits.text);
  if (first < 1 || first > mostAtOnce)
    throw new InvalidInputError(
      'first',
      wording`${term('first')} is ${first}`,
      `Give a number from 1 to ${mostAtOnce}. To abandon more sessions, repeat the request`,
    );
  const stale = checkStaleFilter(params);
  await checkFilterNames({ read: tx, tables, workflow }, stale);
  const none = { sessions: [], remaining: 0, skipped: [], skippedCount: 0, aliveWithinMs };
  if (!tables.hasTaskSessions) return { ...none, warnings: [sessionNotRecorded] };

  const abandonedSessions: (TaskSession & { task: Task })[] = [];
  const warnings: string[] = [];
  const { abandonable, alive } = conditionsOf(params, now);
  for await (const session of inOrderOfStart(operation, stale, abandonable)) {
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
  const countOf = async (condition: Sql) =>
    (await selectCount(stale, now, condition).execute(tx)).rows[0]?.count ?? 0;
  const skippedCount = alive === undefined ? 0 : await countOf(alive);
  return {
    sessions: abandonedSessions,
    remaining: await countOf(abandonable),
    skipped:
      alive === undefined || skippedCount === 0
        ? []
        : await pageOfSessions(operation, stale, alive, { after: undefined, atMost: first }),
    skippedCount,
    aliveWithinMs,
    warnings,
  };
}

/** Returns the filter with the thresholds. Throws InvalidInputError. */
function checkStaleFilter({ filter, staleAfterMs, silentForMs }: AbandonStaleParams): SessionFilter {
  checkFilterOfStale(filter);
  if (!isGiven(staleAfterMs) && !isGiven(silentForMs))
    throw new InvalidInputError(
      'staleAfter',
      wording`${term('staleAfter')} and ${term('silentFor')} are missing`,
      wording`Give ${term('staleAfter')} to abandon old sessions, or ${term('silentFor')} to abandon sessions without heartbeats`,
    );
  return checkSessionFilter({ ...filter, staleAfter: staleAfterMs, silentFor: silentForMs });
}

/**
 * Returns SQL conditions for the stale sessions to abandon and for those to skip. An agent that sends heartbeats can work
 * for a long time, so the age of its session does not show that it is gone. The claim does not count as a heartbeat:
 * `staleAfterMs` already says how old it must be.
 */
function conditionsOf(
  { includeAlive, silentForMs, aliveWithinMs }: AbandonStaleParams,
  now: Date,
): { abandonable: Sql; alive: Sql | undefined } {
  if (includeAlive || isGiven(silentForMs)) return { abandonable: sql`TRUE`, alive: undefined };
  const aliveSince = new Date(now.getTime() - aliveWithinMs);
  return {
    abandonable: sql`(session.last_heartbeat_at IS NULL OR session.last_heartbeat_at <= ${aliveSince})`,
    alive: sql`session.last_heartbeat_at > ${aliveSince}`,
  };
}

/** Yields the sessions, oldest first. Reads them page by page, because there can be many. */
async function* inOrderOfStart(
  operation: Operation,
  filter: SessionFilter,
  condition: Sql,
): AsyncGenerator<TaskSession & { task: Task }> {
  let after: SessionPosition | undefined;
  for (;;) {
    const sessions = await pageOfSessions(operation, filter, condition, { after, atMost: pageSize });
    yield* sessions;
    const last = sessions.at(-1);
    if (last === undefined) return;
    after = { id: last.id, at: last.startedAt };
  }
}

/** Returns the sessions that match the filter and meet the condition, oldest first. */
async function pageOfSessions(
  { tx, now }: Operation,
  filter: SessionFilter,
  condition: Sql,
  page: Pick<SessionPage, 'after' | 'atMost'>,
): Promise<(TaskSession & { task: Task })[]> {
  const oldestFirst = { filter, orderBy: 'startedAt', ascending: true, ...page } as const;
  const { rows } = await selectPage(oldestFirst, now, condition).execute(tx);
  return findSessions(
    tx,
    rows.map(({ id }) => id),
  );
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

function isGiven(milliseconds: number | null | undefined): milliseconds is number {
  return milliseconds !== null && milliseconds !== undefined;
}
