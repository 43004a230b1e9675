import { millisecondsOf } from '../../db/sqlite/database-time.ts';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { namesStatus, type StatusChange } from './task-timeline.ts';

/** A status, and the instant from which the task stood in it, in milliseconds since 1970. */
export interface HistoryEntry {
  readonly status: string;
  readonly at: number;
}

/** The whole life of one task, as far as it was written down. */
export interface TaskHistory {
  readonly taskId: number;
  /** What the task itself says. The last entry says otherwise where a program wrote one and not the other. */
  readonly status: string;
  /** When it came to be, in milliseconds since 1970; -Infinity where no time of it can be read. */
  readonly createdAt: number;
  /** In order, from its creation on: never empty, and no instant is before the one in front of it. */
  readonly entries: readonly HistoryEntry[];
}

/** What the statement reads of one task. */
export interface TaskHistoryRow {
  taskId: number;
  status: string;
  /** Null where it cannot be read. */
  createdAt: number | null;
  /** The status before the first change; null where none is named. */
  firstStatus: string | null;
  /** The rows of its history in the order of their ids, as JSON: `[[status, milliseconds or null], …]`. */
  moves: string;
}

/** A loop asks after this many tasks whether anybody still waits. */
const tasksBetweenLooks = 256;

/** The histories of the tasks that `where`, a condition on `tasks task`, chooses, in the order of their ids. */
export function* taskHistories(snapshot: Snapshot, where: Prisma.Sql): Generator<TaskHistory> {
  let count = 0;
  for (const row of snapshot.iterate<TaskHistoryRow>(selectTaskHistories(where))) {
    if (count % tasksBetweenLooks === 0) snapshot.throwIfAborted();
    count += 1;
    yield readTaskHistory(row);
  }
}

/**
 * The status that a `tasks task` stood in before its first change; null where none is named. Some programs write a
 * status that is missing as an empty text.
 */
export const firstStatus = Prisma.sql`(
  SELECT NULLIF(entry.old_status, '') FROM task_history entry
  WHERE entry.task_id = task.id AND entry.new_status <> '' ORDER BY entry.id LIMIT 1
)`;

/** The rows of the history of a `tasks task` in the order of their ids, as JSON: `[[status, milliseconds or null], …]`. */
export const rowsOfHistory = Prisma.sql`(
  SELECT json_group_array(json_array(status, at))
  FROM (
    SELECT CAST(entry.new_status AS TEXT) AS status, ${millisecondsOf(Prisma.sql`entry.timestamp`)} AS at
    FROM task_history entry WHERE entry.task_id = task.id ORDER BY entry.id
  )
)`;

/** One row for each task, since going over each row of the history from here takes longer than reading it. */
export function selectTaskHistories(where: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      task.id AS taskId, task.status AS status, ${millisecondsOf(Prisma.sql`task.created_at`)} AS createdAt,
      ${firstStatus} AS firstStatus, ${rowsOfHistory} AS moves
    FROM tasks task
    WHERE ${where}
    ORDER BY task.id`;
}

/**
 * A task came to be at its `created_at` or with the first readable row of its history, whichever is earlier. Until
 * its first move it stands where that move takes it from. The history is in the order of its rows: a time before the
 * one in front of it, or one that cannot be read, counts as that one. A row that names no status is no move.
 */
export function readTaskHistory({
  taskId,
  status,
  createdAt,
  firstStatus: before,
  moves,
}: TaskHistoryRow): TaskHistory {
  const read: readonly StatusChange[] = JSON.parse(moves);
  const firstMove = read.find(([, at]) => at !== null)?.[1] ?? null;
  const created =
    createdAt === null && firstMove === null
      ? Number.NEGATIVE_INFINITY
      : Math.min(createdAt ?? Number.POSITIVE_INFINITY, firstMove ?? Number.POSITIVE_INFINITY);
  const named = read.filter(namesStatus);
  const entries: HistoryEntry[] = [{ status: before ?? named[0]?.[0] ?? status, at: created }];
  let latest = created;
  for (const [to, at] of named) {
    latest = Math.max(latest, at ?? latest);
    entries.push({ status: to, at: latest });
  }
  return { taskId, status, createdAt: created, entries };
}

/** The instant at which a `tasks task` came to be, in milliseconds since 1970, as readTaskHistory finds it; or null. */
export const createdMilliseconds = Prisma.sql`(
  SELECT COALESCE(MIN(created, firstMove), created, firstMove) FROM (
    SELECT ${millisecondsOf(Prisma.sql`task.created_at`)} AS created, (
      SELECT ${millisecondsOf(Prisma.sql`entry.timestamp`)} FROM task_history entry
      WHERE entry.task_id = task.id AND ${millisecondsOf(Prisma.sql`entry.timestamp`)} IS NOT NULL
      ORDER BY entry.id LIMIT 1
    ) AS firstMove
  )
)`;

/** When the first of the tasks came to be that `where` chooses, in milliseconds since 1970; null where none did. */
export function firstCreation(snapshot: Snapshot, where: Prisma.Sql): number | null {
  const [row] = snapshot.all<{ first: number | null }>(Prisma.sql`
    SELECT MIN(${createdMilliseconds}) AS first FROM tasks task
    WHERE ${abortCheck(Prisma.sql`task.id`)} AND ${where}`);
  return row?.first ?? null;
}
