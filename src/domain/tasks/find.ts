import { checkTaskKey } from '../input.ts';
import type { Operation } from '../operation.ts';
import { TaskNotFoundError } from '../errors.ts';
import { readTask, type Task, taskColumns } from './task.ts';

/** A task and whether an agent holds it. One statement reads both, because every claim needs both. */
export interface FoundTask extends Task {
  /** The id of the open session of the task. Null if there is none. */
  readonly activeSessionId: number | null;
}

/** Finds a task by its key. Throws InvalidInputError for an invalid key, and TaskNotFoundError for an unknown one. */
export async function findTask(operation: Operation, taskKey: string): Promise<FoundTask> {
  const key = checkTaskKey(taskKey);
  const row = await selectTask(operation).where('key', '=', key).executeTakeFirst();
  if (row === undefined) throw new TaskNotFoundError(key);
  return found(row);
}

/** Returns the task with this id. The task must exist. */
export async function getTask(operation: Pick<Operation, 'tx' | 'tables'>, id: number): Promise<FoundTask> {
  return found(await selectTask(operation).where('id', '=', id).executeTakeFirstOrThrow());
}

function selectTask({ tx, tables }: Pick<Operation, 'tx' | 'tables'>) {
  return tx
    .selectFrom('tasks')
    .select(taskColumns)
    .$if(tables.hasTaskSessions, (task) =>
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

type Row = Awaited<ReturnType<ReturnType<typeof selectTask>['executeTakeFirstOrThrow']>>;

function found({ activeSessionId = null, ...row }: Row): FoundTask {
  return { ...readTask(row), activeSessionId };
}
