/*
 * The only module that reads `task_history`. Other programs write to this table too, so:
 *
 * - The rows of a history are in the order of their ids. Timestamps come in several formats, and from clocks that may
 *   be set back. A timestamp that cannot be read is null.
 * - A row with an empty `new_status` records a time but no change of status. An empty `old_status` counts as missing.
 * - A status need not be in the workflow, and `tasks.status` need not be the status of the last row.
 * - With foreign keys off, rows can remain after their task was deleted. Statements that start from `tasks` do not see
 *   these rows.
 */
import { Prisma } from '../../db/generated/prisma/client.ts';
import type { WriteTransaction } from '../../db/database.ts';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { millisecondsOf } from '../../db/sqlite/database-time.ts';
import type { Tables } from '../../db/tables.ts';

/** A row of a history: the new status, empty if the row names none, and its time in milliseconds since 1970. */
export type StatusChange = readonly [status: string, at: number | null];

/**
 * The history of one task as it is stored. Times are in milliseconds since 1970; null for a time that cannot be read.
 */
export interface TaskHistory {
  readonly taskId: number;
  /** `tasks.status`. */
  readonly status: string;
  /** `tasks.created_at`. */
  readonly createdAt: number | null;
  /** The status before the first status change. Null if the row of that change does not name it. */
  readonly firstStatus: string | null;
  /** The changes in the order of their row ids. */
  readonly changes: readonly StatusChange[];
}

/** A row of `task_sessions`. Times are in milliseconds since 1970. */
export type SessionRecord = readonly [
  id: number,
  phase: string,
  startedAt: number,
  /** The end of the session; null while it is open. */
  endedAt: number | null,
  /**
   * For a rejected session: the status that the rejection moved the task to; empty if it is not recorded. Null for
   * other sessions.
   */
  rejectedTo: string | null,
];

/** Everything that is stored about the past of one task. */
export interface TaskRecord extends TaskHistory {
  /** `tasks.completed_at`, in milliseconds since 1970. */
  readonly completedAt: number | null;
  /** In any order. */
  readonly sessions: readonly SessionRecord[];
}

/** A status of a task, and when the task entered it, in milliseconds since 1970. */
export interface StatusEntry {
  readonly status: string;
  readonly at: number;
}

/** Whether a row of a history names a new status. */
export function namesStatus([status]: StatusChange): boolean {
  return status !== '';
}

/** Returns the text, or null if it is empty. */
export function presentText(text: string | null): string | null {
  return text === '' ? null : text;
}

/**
 * When a task was created, in milliseconds since 1970: at its `created_at`, or at the first row of its history with a
 * readable time if that is earlier. Null if neither can be read. `createdMilliseconds` is this definition in SQL.
 */
export function creationTime({
  createdAt,
  changes,
}: Pick<TaskHistory, 'createdAt' | 'changes'>): number | null {
  const first = changes.find(([, at]) => at !== null)?.[1] ?? null;
  return createdAt === null || first === null ? (createdAt ?? first) : Math.min(createdAt, first);
}

/**
 * The statuses of a task in order, each with the time it was entered. The first entry is the status before the first
 * change, entered at `createdAt`. A time that cannot be read, or that is earlier than the previous time, is replaced by
 * the previous time. The list is never empty. Two entries in a row can have the same status.
 */
export function statusEntries(
  { status, firstStatus, changes }: Pick<TaskHistory, 'status' | 'firstStatus' | 'changes'>,
  createdAt: number,
): StatusEntry[] {
  const named = changes.filter(namesStatus);
  const entries = [{ status: presentText(firstStatus) ?? named[0]?.[0] ?? status, at: createdAt }];
  let latest = createdAt;
  for (const [entered, at] of named) {
    if (at !== null && at > latest) latest = at;
    entries.push({ status: entered, at: latest });
  }
  return entries;
}

const rowTime = millisecondsOf(Prisma.sql`entry.timestamp`);

/** The columns of a TaskHistoryRow. The statement must select from `tasks task`. */
const historyColumns = Prisma.sql`
  task.id AS taskId,
  task.status AS status,
  ${millisecondsOf(Prisma.sql`task.created_at`)} AS createdAt,
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

/** A row with historyColumns: one per task, with the changes as JSON. */
interface TaskHistoryRow extends Omit<TaskHistory, 'changes'> {
  readonly changes: string;
}

/** The additional columns of a TaskRecordRow. The statement must select from `tasks task`. */
const recordColumns = Prisma.sql`
  ${millisecondsOf(Prisma.sql`task.completed_at`)} AS completedAt,
  (
    SELECT json_group_array(json_array(id, phase, started_at, ended_at, rejected_to))
    FROM (
      SELECT
        id,
        phase,
        ${millisecondsOf(Prisma.sql`started_at`)} AS started_at,
        ${millisecondsOf(Prisma.sql`ended_at`)} AS ended_at,
        CASE outcome WHEN 'rejected' THEN COALESCE(closed_to, '') END AS rejected_to
      FROM task_sessions WHERE task_id = task.id
    )
  ) AS sessions`;

interface TaskRecordRow extends TaskHistoryRow, Pick<TaskRecord, 'completedAt'> {
  readonly sessions: string;
}

/** Yields the histories of the selected tasks in the order of the task ids. `where` is a condition on `tasks task`. */
export function* taskHistories(snapshot: Snapshot, where: Prisma.Sql): Generator<TaskHistory> {
  for (const row of selectEach<TaskHistoryRow>(snapshot, historyColumns, where))
    yield { ...row, changes: parseChanges(row.changes) };
}

/** Yields the records of the selected tasks in the order of the task ids. `where` is a condition on `tasks task`. */
export function* taskRecords(snapshot: Snapshot, where: Prisma.Sql): Generator<TaskRecord> {
  const columns = Prisma.sql`${historyColumns}, ${recordColumns}`;
  for (const row of selectEach<TaskRecordRow>(snapshot, columns, where))
    yield { ...row, changes: parseChanges(row.changes), sessions: parseSessions(row.sessions) };
}

const tasksBetweenAbortChecks = 256;

/**
 * Selects one row per task: if the driver read a row for each change and session, this would take longer than SQLite
 * takes to collect them as JSON. Throws AbortedError if the query was aborted.
 */
function* selectEach<Row>(snapshot: Snapshot, columns: Prisma.Sql, where: Prisma.Sql): Generator<Row> {
  const rows = snapshot.iterate<Row>(
    Prisma.sql`SELECT ${columns} FROM tasks task WHERE ${where} ORDER BY task.id`,
  );
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

/** SQL for the creation time of `tasks task` as creationTime defines it: milliseconds since 1970, or null. */
export const createdMilliseconds = Prisma.sql`(
  SELECT COALESCE(MIN(created, firstChange), created, firstChange) FROM (
    SELECT ${millisecondsOf(Prisma.sql`task.created_at`)} AS created, (
      SELECT ${rowTime} FROM task_history entry
      WHERE entry.task_id = task.id AND ${rowTime} IS NOT NULL
      ORDER BY entry.id LIMIT 1
    ) AS firstChange
  )
)`;

/**
 * The earliest creation time of the selected tasks, in milliseconds since 1970. `where` is a condition on `tasks task`.
 * Null if it selects no task with a readable time.
 */
export function firstCreation(snapshot: Snapshot, where: Prisma.Sql): number | null {
  const [row] = snapshot.all<{ first: number | null }>(Prisma.sql`
    SELECT MIN(${createdMilliseconds}) AS first FROM tasks task
    WHERE ${abortCheck(Prisma.sql`task.id`)} AND ${where}`);
  return row?.first ?? null;
}

/** The condition that a `tasks task` ever entered one of these statuses. */
export function hasEntered(statuses: readonly string[]): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT 1 FROM task_history entry
    WHERE entry.task_id = task.id AND entry.new_status IN (SELECT value FROM json_each(${JSON.stringify(statuses)}))
  )`;
}

/** SQL for the stored time of the last history row of `tasks task`, or of its creation if it has no history row. */
export const lastChangeTimestamp = Prisma.sql`COALESCE(
  (SELECT entry.timestamp FROM task_history entry WHERE entry.task_id = task.id ORDER BY entry.id DESC LIMIT 1),
  task.created_at
)`;

/** The status that a task had before it last entered its current status. Null if the history does not contain it. */
export async function findPreviousStatus(
  tx: WriteTransaction,
  { id, status }: { id: number; status: string },
): Promise<string | null> {
  const last = await tx.taskHistory.findFirst({
    where: { taskId: id, newStatus: status },
    orderBy: { id: 'desc' },
    select: { oldStatus: true },
  });
  return presentText(last?.oldStatus ?? null);
}

/** One row of `task_history` with all of its columns. */
export interface HistoryRow {
  readonly id: number;
  readonly oldStatus: string | null;
  /** The status after the change; empty if the row does not name one. */
  readonly newStatus: string;
  readonly agent: string | null;
  readonly notes: string | null;
  readonly rejectionReason: string | null;
  /**
   * The time of the change in milliseconds since 1970. Null if it cannot be read, or if `task_sessions` cannot store
   * it.
   */
  readonly atMs: number | null;
}

/** A row with historyRowColumns. */
export interface StoredHistoryRow extends Omit<HistoryRow, 'atMs'> {
  readonly at: string | null;
}

/**
 * The columns of a StoredHistoryRow. The statement must select from `task_history entry`. The time has the format of
 * `task_sessions`, because it is written to that table. strftime() is used because unixepoch() rounds the last half
 * millisecond of a minute up.
 */
export function historyRowColumns({ hasRejectionReason }: Pick<Tables, 'hasRejectionReason'>): string {
  return `
    entry.id AS id,
    entry.old_status AS oldStatus,
    entry.new_status AS newStatus,
    entry.agent AS agent,
    entry.notes AS notes,
    ${hasRejectionReason ? 'entry.rejection_reason' : 'NULL'} AS rejectionReason,
    strftime('%Y-%m-%dT%H:%M:%f+00:00', entry.timestamp) AS at`;
}

export function readHistoryRow({ at, ...row }: StoredHistoryRow): HistoryRow {
  // SQLite also reads years before 0, which neither Date.parse nor `task_sessions` accepts.
  const atMs = at === null ? Number.NaN : Date.parse(at);
  return { ...row, atMs: Number.isNaN(atMs) ? null : atMs };
}
