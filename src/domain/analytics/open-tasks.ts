import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { hasStatus, type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { createdMilliseconds, hasEntered } from '../tasks/task-history.ts';
import { claimTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { QueryContext } from './query-context.ts';

/** Which of the tasks that are not over. */
export interface OpenTasksChoice {
  filter: TaskFilter;
  /** Only those that somebody has begun to work on. */
  startedOnly: boolean;
}

/** The place of a task among all, the oldest first. */
export interface TaskPosition {
  id: number;
  /** In milliseconds since 1970. */
  createdAt: number;
}

/** So many of them, from a place on. */
export interface OpenTasksPage extends OpenTasksChoice {
  ascending: boolean;
  after: TaskPosition | undefined;
  atMost: number;
}

/** A task of which no time can be read stands behind all others: nobody can say that it is old. */
const place = Prisma.sql`IFNULL(${createdMilliseconds}, ${Number.MAX_SAFE_INTEGER})`;

/** The ids of the tasks of the page, in order. */
export function openTasksPage(
  { snapshot, workflow }: QueryContext,
  { ascending, after, atMost, ...choice }: OpenTasksPage,
): number[] {
  const direction = ascending ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const side = ascending ? Prisma.sql`>` : Prisma.sql`<`;
  const isAfter =
    after === undefined
      ? Prisma.sql`TRUE`
      : Prisma.sql`(createdAt, id) ${side} (${after.createdAt}, ${after.id})`;
  const rows = snapshot.all<{ id: number }>(Prisma.sql`
    SELECT id FROM (
      SELECT task.id AS id, ${place} AS createdAt FROM tasks task WHERE ${isOpen(workflow, choice)}
    )
    WHERE ${isAfter}
    ORDER BY createdAt ${direction}, id ${direction}
    LIMIT ${atMost}`);
  return rows.map(({ id }) => id);
}

export function openTasksCount({ snapshot, workflow }: QueryContext, choice: OpenTasksChoice): number {
  const [row] = snapshot.all<{ count: number }>(Prisma.sql`
    SELECT COUNT(*) AS count FROM tasks task WHERE ${isOpen(workflow, choice)}`);
  return row?.count ?? 0;
}

/** Where a task stands or would stand among them, whether it is open or not; null where there is no such task. */
export function taskPosition({ snapshot }: QueryContext, { id }: { id: number }): TaskPosition | null {
  const [row] = snapshot.all<TaskPosition>(Prisma.sql`
    SELECT task.id AS id, ${place} AS createdAt FROM tasks task WHERE task.id = ${id}`);
  return row ?? null;
}

function isOpen(workflow: Workflow, { filter, startedOnly }: OpenTasksChoice): Prisma.Sql {
  return Prisma.sql`${abortCheck(Prisma.sql`task.id`)} AND NOT ${hasStatus(workflow.completeStatuses)}
    AND ${tasksCondition(workflow, filter)} AND ${startedOnly ? isStarted(workflow) : Prisma.sql`TRUE`}`;
}

/** It says so, it is being worked on, or it was: databases keep the one or the other. */
function isStarted(workflow: Workflow): Prisma.Sql {
  // Work is claimed where it is; whatever else can be claimed waits for that.
  const work = [...workflow.statuses.keys()].filter((name) => claimTarget(workflow, name) === name);
  return Prisma.sql`(
    task.started_at IS NOT NULL OR ${hasStatus(work)} OR ${hasEntered(work)}
  )`;
}
