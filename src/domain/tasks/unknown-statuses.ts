import type { Connection } from '../../db/sqlite/driver.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** Counts the tasks in each status that is missing from the workflow. Starts with the highest count. */
export function unknownStatuses(
  connection: Connection,
  workflow: Workflow,
): { status: string; tasks: number }[] {
  return connection
    .prepare<[], { status: string; tasks: number }>(
      'SELECT status, count(*) AS tasks FROM tasks GROUP BY status ORDER BY tasks DESC, status',
    )
    .all()
    .filter(({ status }) => !workflow.statuses.has(status));
}
