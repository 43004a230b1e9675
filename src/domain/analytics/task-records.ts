import { millisecondsOf } from '../../db/sqlite/database-time.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import type { SessionRecord, StatusChange, TaskRecord } from './task-timeline.ts';
import { firstStatus, rowsOfHistory } from './task-histories.ts';

/** What `selectTaskRecords` selects: one row for each task, its changes and sessions as JSON. */
export interface TaskRecordRow {
  id: number;
  status: string;
  createdAt: number | null;
  completedAt: number | null;
  firstStatus: string | null;
  changes: string;
  sessions: string;
}

/**
 * Selects everything that is known of the lives of tasks, in the order of their ids. `which` is a condition on
 * `tasks task`.
 *
 * A row for each change and each session would be more than twenty times as many: handing them over one by one takes
 * longer than reading them.
 */
export function selectTaskRecords(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      task.id AS id,
      task.status AS status,
      ${millisecondsOf(Prisma.sql`task.created_at`)} AS createdAt,
      ${millisecondsOf(Prisma.sql`task.completed_at`)} AS completedAt,
      ${firstStatus} AS firstStatus,
      ${rowsOfHistory} AS changes,
      (
        SELECT json_group_array(json_array(id, phase, started_at, ended_at, sent_back_to))
        FROM (
          SELECT
            id,
            phase,
            ${millisecondsOf(Prisma.sql`started_at`)} AS started_at,
            ${millisecondsOf(Prisma.sql`ended_at`)} AS ended_at,
            CASE outcome WHEN 'rejected' THEN COALESCE(closed_to, '') END AS sent_back_to
          FROM task_sessions WHERE task_id = task.id
        )
      ) AS sessions
    FROM tasks task
    WHERE ${which}
    ORDER BY task.id`;
}

export function readTaskRecord({ changes, sessions, ...task }: TaskRecordRow): TaskRecord {
  return { ...task, changes: readChanges(changes), sessions: readSessions(sessions) };
}

function readChanges(json: string): StatusChange[] {
  return JSON.parse(json);
}

function readSessions(json: string): SessionRecord[] {
  return JSON.parse(json);
}
