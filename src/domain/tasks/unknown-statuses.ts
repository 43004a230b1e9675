import type BetterSqlite3 from 'better-sqlite3';
import type { Workflow } from '../workflow/workflow.ts';

/** Counts the tasks in each status that the workflow does not have, most first. Agents cannot work on these tasks. */
export function unknownStatuses(
  connection: BetterSqlite3.Database,
  workflow: Workflow,
): { status: string; tasks: number }[] {
  return connection
    .prepare<[], { status: string; tasks: number }>(
      'SELECT status, count(*) AS tasks FROM tasks GROUP BY status ORDER BY tasks DESC, status',
    )
    .all()
    .filter(({ status }) => !workflow.statuses.has(status));
}
