import type { OpenTasksSelection } from '../../domain/analytics/open-tasks.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { StoredTask } from '../../domain/tasks/task.ts';
import type { Context } from '../context.ts';
import { inListOrder, type PageCursors, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'loaders' | 'analyticsWorker'>;

/** Returns a page of the incomplete tasks, oldest first. Throws InvalidInputError if the filter is invalid. */
export async function findOpenTasks(
  take: number,
  page: PageCursors,
  { filter, startedOnly }: OpenTasksSelection,
  { loaders, analyticsWorker }: PageContext,
): Promise<StoredTask[]> {
  const choice = { filter: checkTaskFilter(filter), startedOnly };
  const after = await positionAfter(page, (id) => analyticsWorker.run('taskPosition', { id }));
  // The analytics worker selects the tasks, because it may have to read the history of many tasks.
  const ids = await analyticsWorker.run('openTasksPage', {
    ...choice,
    ascending: take > 0,
    after,
    atMost: Math.abs(take),
  });
  const tasks = await Promise.all(ids.map((id) => loaders.task.load(id)));
  return inListOrder(
    take,
    tasks.filter((task) => task !== null),
  );
}

/** Returns the number of tasks on all pages of findOpenTasks. */
export async function countOpenTasks(
  { filter, startedOnly }: OpenTasksSelection,
  { analyticsWorker }: Pick<PageContext, 'analyticsWorker'>,
): Promise<number> {
  return analyticsWorker.run('openTasksCount', { filter: checkTaskFilter(filter), startedOnly });
}
