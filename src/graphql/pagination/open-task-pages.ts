import type { OpenTasksChoice } from '../../domain/analytics/open-tasks.ts';
import type { Task } from '../../db/generated/prisma/client.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { Context } from '../context.ts';
import { inOrderOf, type PagePosition, type PageQuery, positionAfter } from './page.ts';

type Needs = Pick<Context, 'read' | 'analyticsWorker'>;

/**
 * A page of the tasks that are not over, the oldest first. Which ones those are is found out in the background: the
 * history of each open task has a say in its age. Throws InvalidInputError: see checkTaskFilter.
 */
export async function findOpenTasks(
  { take, skip: _skip, ...query }: PageQuery,
  page: PagePosition,
  { filter, startedOnly }: OpenTasksChoice,
  { read, analyticsWorker }: Needs,
): Promise<Task[]> {
  const choice = { filter: checkTaskFilter(filter), startedOnly };
  const after = await positionAfter(page, (id) => analyticsWorker.run('taskPosition', { id }));
  const ids = await analyticsWorker.run('openTasksPage', {
    ...choice,
    // A page from the end of the list is read backwards.
    ascending: take > 0,
    after,
    atMost: Math.abs(take),
  });
  const tasks = await read.task.findMany({ ...query, cursor: undefined, where: { id: { in: ids } } });
  return inOrderOf(ids, { take }, tasks);
}

/** How many there are: see findOpenTasks. */
export async function countOpenTasks(
  { filter, startedOnly }: OpenTasksChoice,
  { analyticsWorker }: Needs,
): Promise<number> {
  return analyticsWorker.run('openTasksCount', { filter: checkTaskFilter(filter), startedOnly });
}
