import { Prisma } from '../../db/generated/prisma/client.ts';
import { agentTypeFits, claimTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { lastChangeTimestamp } from './task-history.ts';

export interface NextTaskParams {
  agentType?: string | null | undefined;
  epicKey?: string | null | undefined;
}

/**
 * Returns the ID of the task to hand out next, or null if there is none. The task is claimable, has no open session,
 * fits the agent type, and has no unfinished dependencies. Order: rework first, then by execution order, then by
 * priority (1 before 10), then by waiting time (longest first).
 *
 * The query needs functions of SQLite: julianday() parses every time format of shark databases, and json_each() the
 * list of dependencies.
 */
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
  // The statuses that a claim does not change. A task in such a status without an open session is rework.
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
    : // In a database without sessions, only the assigned agent shows that a task is being worked on.
      Prisma.sql`AND (task.status NOT IN (${listOf(rework)}) OR task.assigned_agent IS NULL)`;

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

/** The list for IN (…). For an empty list, it contains the empty text, which is not the name of a status. */
function listOf(statuses: readonly string[]): Prisma.Sql {
  return Prisma.join(statuses.length > 0 ? [...statuses] : ['']);
}
