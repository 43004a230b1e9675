import type { OpenTasksSelection } from '../../domain/analytics/open-tasks.ts';
import type { Task } from '../../db/generated/prisma/client.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { Context } from '../context.ts';
import { sortByIds, type PageCursors, type PageQuery, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'analyticsWorker'>;

/**
 * Returns a page of the tasks that are not complete, oldest first. The analytics worker selects them, because the age of
 * a task depends on its history. Throws InvalidInputError: see checkTaskFilter.
 */
export async function findOpenTasks(
  { take, skip: _skip, ...query }: PageQuery,
  page: PageCursors,
  { filter, startedOnly }: OpenTasksSelection,
  { read, analyticsWorker }: PageContext,
): Promise<Task[]> {
  const choice = { filter: checkTaskFilter(filter), startedOnly };
  const after = await positionAfter(page, (id) => analyticsWorker.run('taskPosition', { id }));
  const ids = await analyticsWorker.run('openTasksPage', {
    ...choice,
    // `take` is negative for a page from the end of the list, which is read backwards.
    ascending: take > 0,
    after,
    atMost: Math.abs(take),
  });
  const tasks = await read.task.findMany({ ...query, cursor: undefined, where: { id: { in: ids } } });
  return sortByIds(ids, { take }, tasks);
}

/** The number of tasks on all pages of findOpenTasks. */
export async function countOpenTasks(
  { filter, startedOnly }: OpenTasksSelection,
  { analyticsWorker }: PageContext,
): Promise<number> {
  return analyticsWorker.run('openTasksCount', { filter: checkTaskFilter(filter), startedOnly });
}
