import type { Reader } from '../db/database.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** How many tasks stand in each status that the workflow does not know, most first: nobody can work on them. */
export async function unknownStatuses(
  read: Reader,
  workflow: Workflow,
): Promise<{ status: string; tasks: number }[]> {
  const counted = await read.task.groupBy({ by: ['status'], _count: true });
  return counted
    .filter(({ status }) => !workflow.statuses.has(status))
    .map(({ status, _count }) => ({ status, tasks: _count }))
    .toSorted((one, other) => other.tasks - one.tasks);
}
