/*
 * The only module that reads `task_history`. Other programs write to this table too.
 *
 * - Rows are in the order of their ids. Their times have several formats, and clocks can be set back.
 * - A row with an empty `new_status` does not change the status. An empty `old_status` counts as missing.
 * - A status can be missing from the workflow. `tasks.status` can differ from the last row.
 * - Rows can remain after their task was deleted. Queries of `tasks` do not see these rows.
 */
import { itemsOf } from '../../db/sqlite/json-list.ts';
import { sql } from 'kysely';
import type { Sql, Statements } from '../../db/statements.ts';
import type { WriteTransaction } from '../../db/database.ts';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { endOfTime, millisecondsOf, readTime, sessionMilliseconds } from '../../db/sqlite/database-time.ts';

/** The new status (empty if missing) and the time in milliseconds since 1970 (null if unreadable). */
export type StatusChange = readonly [status: string, at: number | null];

/** The stored history of one task. Times are in milliseconds since 1970. Unreadable times are null. */
export interface TaskHistory {
  readonly taskId: number;
  /** `tasks.status`. */
  readonly status: string;
  /** `tasks.created_at`. */
  readonly createdAt: number | null;
  /** The status before the first status change. Null if the history does not contain it. */
  readonly firstStatus: string | null;
  /** The status changes in the order of their row ids. */
  readonly changes: readonly StatusChange[];
}

/** A session of the task: a row of `task_sessions`. Times are in milliseconds since 1970. */
export type SessionRecord = readonly [
  id: number,
  phase: string,
  startedAt: number,
  /** The end of the session. Null while the session is open. */
  endedAt: number | null,
  /** The status to which a rejection moved the task. Empty if unknown. Null if the session was not rejected. */
  rejectedTo: string | null,
];

/** Everything that the database stores about the past of one task. */
export interface TaskRecord extends TaskHistory {
  /** The value of `tasks.completed_at`, in milliseconds since 1970. */
  readonly completedAt: number | null;
  /** In any order. */
  readonly sessions: readonly SessionRecord[];
}

/** A status of a task, and when the task entered it, in milliseconds since 1970. */
export interface StatusEntry {
  readonly status: string;
  readonly at: number;
}

/** Whether a row of the task history names a new status. */
export function namesStatus([status]: StatusChange): boolean {
  return status !== '';
}

/** Returns the text, or null if it is empty. */
export function presentText(text: string | null): string | null {
  return text === '' ? null : text;
}

/**
 * Returns the earlier of `created_at` and the first readable time in the history, in milliseconds since 1970. Null if
 * both are missing or unreadable.
 */
export function creationTime({
  createdAt,
  changes,
}: Pick<TaskHistory, 'createdAt' | 'changes'>): number | null {
  const first = changes.find(([, at]) => at !== null)?.[1] ?? null;
  return createdAt === null || first === null ? (createdAt ?? first) : Math.min(createdAt, first);
}

/**
 * Returns the statuses of a task in order, starting with its status at `createdAt`. Successive statuses can be equal.
 */
export function statusEntries(
  { status, firstStatus, changes }: Pick<TaskHistory, 'status' | 'firstStatus' | 'changes'>,
  createdAt: number,
): StatusEntry[] {
  const named = changes.filter(namesStatus);
  const entries = [{ status: presentText(firstStatus) ?? named[0]?.[0] ?? status, at: createdAt }];
  let latest = createdAt;
  for (const [entered, at] of named) {
    // If a time is unreadable or earlier than the previous time, use the previous time.
    if (at !== null && at > latest) latest = at;
    entries.push({ status: entered, at: latest });
  }
  return entries;
}

const rowTime = millisecondsOf('entry.timestamp');

/** The SQL columns of a `TaskHistoryRow`. In the query, the table `tasks` must have the alias `task`. */
const historyColumns = sql`
  task.id AS taskId,
  task.status AS status,
  ${millisecondsOf('task.created_at')} AS createdAt,
  (
    SELECT NULLIF(entry.old_status, '') FROM task_history entry
    WHERE entry.task_id = task.id AND entry.new_status <> '' ORDER BY entry.id LIMIT 1
  ) AS firstStatus,
  (
    SELECT json_group_array(json_array(status, at))
    FROM (
      SELECT CAST(entry.new_status AS TEXT) AS status, ${rowTime} AS at
      FROM task_history entry WHERE entry.task_id = task.id ORDER BY entry.id
    )
  ) AS changes`;

/** One task with the columns `historyColumns`, in which the status changes are JSON. */
interface TaskHistoryRow extends Omit<TaskHistory, 'changes'> {
  readonly changes: string;
}

/** The additional SQL columns of a `TaskRecordRow`. In the query, the table `tasks` must have the alias `task`. */
const recordColumns = sql`
  ${millisecondsOf('task.completed_at')} AS completedAt,
  (
    SELECT json_group_array(json_array(id, phase, started_at, ended_at, rejected_to))
    FROM (
      SELECT
        id,
        phase,
        ${sessionMilliseconds('started_at')} AS started_at,
        ${sessionMilliseconds('ended_at')} AS ended_at,
        CASE outcome WHEN 'rejected' THEN COALESCE(closed_to, '') END AS rejected_to
      FROM task_sessions WHERE task_id = task.id
    )
  ) AS sessions`;

interface TaskRecordRow extends TaskHistoryRow, Pick<TaskRecord, 'completedAt'> {
  readonly sessions: string;
}

/** Yields the histories of the selected tasks, in the order of task ids. `where` is an SQL condition on `task`. */
export function* taskHistories(snapshot: Snapshot, where: Sql): Generator<TaskHistory> {
  for (const row of selectEach<TaskHistoryRow>(snapshot, historyColumns, where))
    yield { ...row, changes: parseChanges(row.changes) };
}

/** Yields the records of the selected tasks, in the order of task ids. `where` is an SQL condition on `task`. */
export function* taskRecords(snapshot: Snapshot, where: Sql): Generator<TaskRecord> {
  const columns = sql`${historyColumns}, ${recordColumns}`;
  for (const row of selectEach<TaskRecordRow>(snapshot, columns, where))
    yield { ...row, changes: parseChanges(row.changes), sessions: parseSessions(row.sessions) };
}

const tasksBetweenAbortChecks = 256;

/**
 * Selects one row per task, with its changes and sessions as JSON, because separate rows are slower. Throws
 * AbortedError.
 */
function* selectEach<Row>(snapshot: Snapshot, columns: Sql, where: Sql): Generator<Row> {
  const rows = snapshot.iterate<Row>(sql`SELECT ${columns} FROM tasks task WHERE ${where} ORDER BY task.id`);
  let count = 0;
  for (const row of rows) {
    if (count % tasksBetweenAbortChecks === 0) snapshot.throwIfAborted();
    count += 1;
    yield row;
  }
}

function parseChanges(json: string): StatusChange[] {
  return JSON.parse(json);
}

function parseSessions(json: string): SessionRecord[] {
  return JSON.parse(json);
}

/** SQL for the creation time of `task`, a row of `tasks`. The result is the same as that of `creationTime`. */
export const createdMilliseconds = sql`(
  SELECT COALESCE(MIN(created, firstChange), created, firstChange) FROM (
    SELECT ${millisecondsOf('task.created_at')} AS created, (
      SELECT ${rowTime} FROM task_history entry
      WHERE entry.task_id = task.id AND ${rowTime} IS NOT NULL
      ORDER BY entry.id LIMIT 1
    ) AS firstChange
  )
)`;

/**
 * Returns the earliest creation time of the selected tasks, in milliseconds since 1970. Null if there is no readable
 * time.
 */
export function firstCreation(snapshot: Snapshot, where: Sql): number | null {
  const [row] = snapshot.all<{ first: number | null }>(sql`
    SELECT MIN(${createdMilliseconds}) AS first FROM tasks task
    WHERE ${abortCheck(sql`task.id`)} AND ${where}`);
  return row?.first ?? null;
}

/** Returns every status that a task has now or had earlier. */
export function usedStatuses(snapshot: Snapshot): string[] {
  const rows = snapshot.all<{ status: string }>(sql`
    SELECT status FROM tasks
    UNION SELECT old_status FROM task_history entry WHERE ${abortCheck(sql`entry.id`)} AND old_status <> ''
    UNION SELECT new_status FROM task_history entry WHERE ${abortCheck(sql`entry.id`)} AND new_status <> ''`);
  return rows.map(({ status }) => status);
}

/** Returns the SQL condition that `task`, a row of `tasks`, was ever moved to one of these statuses. */
export function hasEntered(statuses: readonly string[]): Sql {
  return sql`EXISTS (
    SELECT 1 FROM task_history entry
    WHERE entry.task_id = task.id AND entry.new_status IN ${itemsOf(JSON.stringify(statuses))}
  )`;
}

/**
 * SQL for the time of the last history row of `task`, in milliseconds since 1970. If there is no such row, it is the
 * creation time of the task. A value that is no time counts as the end of time.
 */
export const lastChangeMilliseconds = sql`(
  SELECT IFNULL(${millisecondsOf('last.changed_at')}, ${sql.lit(endOfTime)})
  FROM (
    SELECT COALESCE(
      (SELECT entry.timestamp FROM task_history entry WHERE entry.task_id = task.id ORDER BY entry.id DESC LIMIT 1),
      task.created_at
    ) AS changed_at
    LIMIT 1 OFFSET 0
  ) last
)`;

/** Returns the status from which a task entered its current status. Null if the history does not contain it. */
export async function findPreviousStatus(
  tx: WriteTransaction,
  { id, status }: { id: number; status: string },
): Promise<string | null> {
  const last = await tx
    .selectFrom('task_history')
    .select('old_status as oldStatus')
    .where('task_id', '=', id)
    .where('new_status', '=', status)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return presentText(last?.oldStatus ?? null);
}

/** A status change of a task, as clients see it. */
export interface HistoryEntry {
  readonly taskId: number;
  readonly oldStatus: string | null;
  readonly newStatus: string;
  readonly agent: string | null;
  readonly notes: string | null;
  /** Null if the stored value is no time. */
  readonly timestamp: Date | null;
}

/** Returns the status changes of all these tasks, oldest first. */
export async function historyOfTasks(read: Statements, taskIds: readonly number[]): Promise<HistoryEntry[]> {
  const rows = await read
    .selectFrom('task_history')
    .select([
      'task_id as taskId',
      'old_status as oldStatus',
      'new_status as newStatus',
      'agent',
      'notes',
      'timestamp',
    ])
    .where('task_id', 'in', taskIds)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, timestamp: readTime(row.timestamp) }));
}
