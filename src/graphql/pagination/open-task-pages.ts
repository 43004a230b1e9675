import type { OpenTasksChoice } from '../../domain/analytics/open-tasks.ts';
import type { Task } from '../../db/generated/prisma/client.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { Context } from '../context.ts';
import { inOrderOf, type PagePlace, type PageQuery, placeBehind } from './page.ts';

type Needs = Pick<Context, 'read' | 'background'>;

/**
 * A page of the tasks that are not over, the oldest first. Which ones those are is found out in the background: the
 * history of each open task has a say in its age. Throws InvalidInputError: see checkTaskFilter.
 */
export async function findOpenTasks(
  { take, skip: _skip, ...query }: PageQuery,
  page: PagePlace,
  { filter, startedOnly }: OpenTasksChoice,
  { read, background }: Needs,
): Promise<Task[]> {
  const choice = { filter: checkTaskFilter(filter), startedOnly };
  const behind = await placeBehind(page, (id) => background.ask('taskPlace', { id }));
  const ids = await background.ask('openTasksPage', {
    ...choice,
    // A page from the end of the list is read backwards.
    ascending: take > 0,
    behind,
    atMost: Math.abs(take),
  });
  const tasks = await read.task.findMany({ ...query, cursor: undefined, where: { id: { in: ids } } });
  return inOrderOf(ids, { take }, tasks);
}

/** How many there are: see findOpenTasks. */
export async function countOpenTasks(
  { filter, startedOnly }: OpenTasksChoice,
  { background }: Needs,
): Promise<number> {
  return background.ask('openTasksCount', { filter: checkTaskFilter(filter), startedOnly });
}
