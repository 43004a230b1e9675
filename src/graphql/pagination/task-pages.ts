import { taskPage } from '../../domain/tasks/lookups.ts';
import type { TaskFilter } from '../../domain/tasks/filter.ts';
import type { StoredTask } from '../../domain/tasks/task.ts';
import type { Context } from '../context.ts';
import { inListOrder, type PageCursors, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'workflow' | 'loaders'>;

/** Returns a page of tasks, sorted by key. Throws InvalidInputError if the filter is invalid. */
export async function findTasks(
  take: number,
  page: PageCursors,
  filter: TaskFilter,
  { read, workflow, loaders }: PageContext,
): Promise<StoredTask[]> {
  const position = await positionAfter(page, (id) => loaders.task.load(id));
  const tasks = await taskPage(read, workflow, filter, {
    after: position?.key,
    atMost: Math.abs(take),
    backward: take < 0,
  });
  return inListOrder(take, tasks);
}
