import { Prisma } from '../../db/generated/prisma/client.ts';
import { agentTypeFits, claimTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { lastChangeTimestamp } from './task-history.ts';

export interface NextTaskParams {
  agentType?: string | null | undefined;
  epicKey?: string | null | undefined;
}

/** Returns the id of the best claimable task without unfinished dependencies. Null if there is none. */
export async function findNextTask(
  database: Pick<Prisma.TransactionClient, '$queryRaw'>,
  workflow: Workflow,
  { agentType, epicKey }: NextTaskParams,
  hasTaskSessions: boolean,
): Promise<number | null> {
  const open = [...workflow.statuses.values()].filter(
    (status) => agentType === null || agentType === undefined || agentTypeFits(status, agentType),
  );
  const waiting = open.map(({ name }) => name).filter((name) => claimTarget(workflow, name) !== undefined);
  if (waiting.length === 0) return null;
  // If a claim would not change the status, and the task has no open session, the task waits for rework.
  const rework = waiting.filter((name) => claimTarget(workflow, name) === name);

  const inEpic =
    epicKey === null || epicKey === undefined
      ? Prisma.empty
      : Prisma.sql`AND task.feature_id IN (
          SELECT feature.id FROM features feature JOIN epics epic ON epic.id = feature.epic_id WHERE epic.key = ${epicKey}
        )`;
  const notHeld = hasTaskSessions
    ? Prisma.sql`AND NOT EXISTS (
        SELECT 1 FROM task_sessions session WHERE session.task_id = task.id AND session.ended_at IS NULL
      )`
    : // Without a table of sessions, only `assigned_agent` shows that an agent works on a task.
      Prisma.sql`AND (task.status NOT IN (${listOf(rework)}) OR task.assigned_agent IS NULL)`;

  // Rework comes first, then the lowest execution order, the lowest priority number and the longest wait. `julianday()`
  // compares the waits, because it reads every time format of shark databases.
  const [best] = await database.$queryRaw<{ id: bigint }[]>`
    SELECT task.id AS id
    FROM tasks task
    WHERE task.status IN (${listOf(waiting)})
      ${inEpic}
      ${notHeld}
      AND NOT EXISTS (
        SELECT 1
        FROM json_each(CASE
          WHEN NOT json_valid(task.depends_on) THEN '[]'
          WHEN json_type(task.depends_on) = 'array' THEN task.depends_on
          ELSE '[]'
        END) dependency
        JOIN tasks needed ON needed.key = dependency.value
        WHERE needed.status NOT IN (${listOf(workflow.completeStatuses)})
      )
    ORDER BY
      task.status NOT IN (${listOf(rework)}),
      task.execution_order IS NULL,
      task.execution_order,
      task.priority,
      julianday(${lastChangeTimestamp}),
      task.id
    LIMIT 1`;
  return best === undefined ? null : Number(best.id);
}

/** Returns the list for SQL `IN (…)`. If empty, it gets the empty text, which is never the name of a status. */
function listOf(statuses: readonly string[]): Prisma.Sql {
  return Prisma.join(statuses.length > 0 ? [...statuses] : ['']);
}
