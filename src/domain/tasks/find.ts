import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { Statements } from '../../db/statements.ts';
import { checkTaskKey } from '../input.ts';
import type { Operation } from '../operation.ts';
import { TaskNotFoundError } from '../errors.ts';
import { readTask, type Task, taskColumns, type StoredTask } from './task.ts';

/** A task and whether an agent holds it. One statement reads both, because every claim needs both. */
export interface FoundTask extends Task {
  /** The id of the open session of the task. Null if there is none. */
  readonly activeSessionId: number | null;
}

/** Finds a task by its key. Throws InvalidInputError for an invalid key, and TaskNotFoundError for an unknown one. */
export async function findTask(operation: Operation, taskKey: string): Promise<FoundTask> {
  const key = checkTaskKey(taskKey);
  const [row] = await taskWithKey(operation.tx, { key }, operation.tables.hasTaskSessions);
  if (row === undefined) throw new TaskNotFoundError(key);
  return found(row);
}

/** Returns the task with this id. The task must exist. */
export async function getTask(
  { tx, tables }: Pick<Operation, 'tx' | 'tables'>,
  id: number,
): Promise<FoundTask> {
  const [row] = await taskWithId(tx, { id }, tables.hasTaskSessions);
  if (row === undefined) throw new Error(`There is no task with the id ${id}`);
  return found(row);
}

const taskWithKey = compiledStatement(
  (statements, value: ValueOf<{ key: string }>, hasTaskSessions: boolean) =>
    selectTask(statements, hasTaskSessions).where('key', '=', value('key')),
);

const taskWithId = compiledStatement((statements, value: ValueOf<{ id: number }>, hasTaskSessions: boolean) =>
  selectTask(statements, hasTaskSessions).where('id', '=', value('id')),
);

function selectTask(statements: Statements, hasTaskSessions: boolean) {
  return statements
    .selectFrom('tasks')
    .select(taskColumns)
    .$if(hasTaskSessions, (task) =>
      task.select((of) =>
        of
          .selectFrom('task_sessions')
          .select('task_sessions.id')
          .whereRef('task_sessions.task_id', '=', 'tasks.id')
          .where('task_sessions.ended_at', 'is', null)
          .as('activeSessionId'),
      ),
    );
}

type Row = StoredTask & { activeSessionId?: number | null };

function found({ activeSessionId = null, ...row }: Row): FoundTask {
  return { ...readTask(row), activeSessionId };
}
