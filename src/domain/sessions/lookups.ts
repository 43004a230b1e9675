import { type RawBuilder, sql } from 'kysely';
import type { Statements } from '../../db/statements.ts';
import type { SessionPosition } from './pages.ts';
import { type StoredSession, storedSessionColumns } from './session.ts';

export async function sessionsById(read: Statements, ids: readonly number[]): Promise<StoredSession[]> {
  return read.selectFrom('task_sessions').select(storedSessionColumns).where('id', 'in', ids).execute();
}

export async function activeSessionsOfTasks(
  read: Statements,
  taskIds: readonly number[],
): Promise<StoredSession[]> {
  return read
    .selectFrom('task_sessions')
    .select(storedSessionColumns)
    .where('task_id', 'in', taskIds)
    .where('ended_at', 'is', null)
    .execute();
}

const columnsOfSession = sql.raw(storedSessionColumns.map((column) => `session.${column}`).join(', '));

/** A page of the sessions of a task: the first ones after a position, or the last ones before it. */
export interface SessionsOfTaskPage {
  after: SessionPosition | undefined;
  atMost: number;
  /** Whether to read the list from its end. The sessions are then in reverse order. */
  backward: boolean;
}

/** Returns the same page of the sessions of each task, most recently started first. */
export async function sessionsOfTasks(
  read: Statements,
  taskIds: readonly number[],
  { after, atMost, backward }: SessionsOfTaskPage,
): Promise<StoredSession[]> {
  const direction = backward ? sql`ASC` : sql`DESC`;
  const isAfter =
    after === undefined
      ? sql``
      : sql`AND (started_at, id) ${backward ? sql`>` : sql`<`} (${after.at}, ${after.id})`;
  // SQLite reads the subquery from the index, and stops after `atMost` sessions of each task.
  const statement: RawBuilder<StoredSession> = sql`
    SELECT ${columnsOfSession}
    FROM tasks task
    JOIN task_sessions session ON session.id IN (
      SELECT id FROM task_sessions
      WHERE task_id = task.id ${isAfter}
      ORDER BY started_at ${direction}, id ${direction} LIMIT ${atMost}
    )
    WHERE task.id IN (${sql.join(taskIds)})
    ORDER BY session.started_at ${direction}, session.id ${direction}`;
  const { rows } = await statement.execute(read);
  return rows;
}

export async function sessionCounts(
  read: Statements,
  taskIds: readonly number[],
): Promise<{ taskId: number; count: number }[]> {
  return read
    .selectFrom('task_sessions')
    .select((are) => ['task_id as taskId', are.fn.countAll<number>().as('count')])
    .where('task_id', 'in', taskIds)
    .groupBy('task_id')
    .execute();
}
