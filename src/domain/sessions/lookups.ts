import { itemsOf } from '../../db/sqlite/json-list.ts';
import { type RawBuilder, sql } from 'kysely';
import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { Statements } from '../../db/statements.ts';
import type { SessionPosition } from './pages.ts';
import {
  type BriefSession,
  briefSessionColumns,
  type StoredSession,
  storedSessionColumns,
} from './session.ts';

export async function sessionsById(read: Statements, ids: readonly number[]): Promise<StoredSession[]> {
  return read.selectFrom('task_sessions').select(storedSessionColumns).where('id', 'in', ids).execute();
}

export async function activeSessionsOfTasks(
  read: Statements,
  taskIds: readonly number[],
): Promise<StoredSession[]> {
  return activeSessions(read, { taskIds: JSON.stringify(taskIds) });
}

const activeSessions = compiledStatement((statements, value: ValueOf<{ taskIds: string }>) =>
  statements
    .selectFrom('task_sessions')
    .select(storedSessionColumns)
    .where('task_id', 'in', itemsOf<number>(value('taskIds')))
    .where('ended_at', 'is', null),
);

const columnsOfSession = (columns: readonly string[]) =>
  sql.raw(columns.map((column) => `session.${column}`).join(', '));
const briefColumns = columnsOfSession(briefSessionColumns);
const allColumns = columnsOfSession(storedSessionColumns);

/** A page of the sessions of a task: the first ones after a position, or the last ones before it. */
export interface SessionsOfTaskPage {
  after: SessionPosition | undefined;
  atMost: number;
  /** Whether to read the list from its end. The sessions are then in reverse order. */
  backward: boolean;
  /** Whether to read the sessions without details. */
  brief: boolean;
}

/** Returns the same page of the sessions of each task, most recently started first. */
export async function sessionsOfTasks(
  read: Statements,
  taskIds: readonly number[],
  { after, atMost, backward, brief }: SessionsOfTaskPage,
): Promise<BriefSession[]> {
  return pagesOfSessions(
    read,
    {
      taskIds: JSON.stringify(taskIds),
      atMost,
      startedAt: after?.at ?? null,
      id: after?.id ?? null,
    },
    { isAfter: after !== undefined, backward, brief },
  );
}

interface PageValues {
  /** A JSON list. */
  taskIds: string;
  atMost: number;
  startedAt: Date | string | null;
  id: number | null;
}

const pagesOfSessions = compiledStatement(
  (
    _,
    value: ValueOf<PageValues>,
    { isAfter, backward, brief }: Pick<SessionsOfTaskPage, 'backward' | 'brief'> & { isAfter: boolean },
  ): RawBuilder<BriefSession> => {
    const direction = backward ? sql`ASC` : sql`DESC`;
    const position = sql`AND (started_at, id) ${backward ? sql`>` : sql`<`} (${value('startedAt')}, ${value('id')})`;
    // SQLite reads the subquery from the index, and stops after `atMost` sessions of each task.
    return sql`
      SELECT ${brief ? briefColumns : allColumns}
      FROM tasks task
      JOIN task_sessions session ON session.id IN (
        SELECT id FROM task_sessions
        WHERE task_id = task.id ${isAfter ? position : sql``}
        ORDER BY started_at ${direction}, id ${direction} LIMIT ${value('atMost')}
      )
      WHERE task.id IN ${itemsOf(value('taskIds'))}
      ORDER BY session.started_at ${direction}, session.id ${direction}`;
  },
);

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
