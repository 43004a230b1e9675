import type { OpenTasksSelection } from '../../domain/analytics/open-tasks.ts';
import type { Task } from '../../db/generated/prisma/client.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { Context } from '../context.ts';
import { sortByIds, type PageCursors, type PageQuery, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'analyticsWorker'>;

/** Returns a page of the incomplete tasks, oldest first. Throws InvalidInputError if the filter is invalid. */
export async function findOpenTasks(
  { take, skip: _skip, ...query }: PageQuery,
  page: PageCursors,
  { filter, startedOnly }: OpenTasksSelection,
  { read, analyticsWorker }: PageContext,
): Promise<Task[]> {
  const choice = { filter: checkTaskFilter(filter), startedOnly };
  const after = await positionAfter(page, (id) => analyticsWorker.run('taskPosition', { id }));
  // The analytics worker selects the tasks, because it may have to read the history of many tasks.
  const ids = await analyticsWorker.run('openTasksPage', {
    ...choice,
    // If `take` is negative, the page is read backwards from the end of the list.
    ascending: take > 0,
    after,
    atMost: Math.abs(take),
  });
  const tasks = await read.task.findMany({ ...query, cursor: undefined, where: { id: { in: ids } } });
  return sortByIds(ids, { take }, tasks);
}

/** Returns the number of tasks on all pages of findOpenTasks. */
export async function countOpenTasks(
  { filter, startedOnly }: OpenTasksSelection,
  { analyticsWorker }: PageContext,
): Promise<number> {
  return analyticsWorker.run('openTasksCount', { filter: checkTaskFilter(filter), startedOnly });
}
