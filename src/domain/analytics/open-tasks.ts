import { millisecondsOf } from '../../db/sqlite/database-time.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { hasStatus, type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { createdMilliseconds, hasEntered } from '../tasks/task-history.ts';
import { claimTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { QueryContext } from './query-context.ts';

/** Selects tasks whose status is not a complete status. */
export interface OpenTasksSelection {
  filter: TaskFilter;
  /** If true, selects only tasks on which work has started. */
  startedOnly: boolean;
}

/** The position of a task in the order of creation. */
export interface TaskPosition {
  id: number;
  /** The creation time in milliseconds since 1970. If it is not readable, a very large number puts the task last. */
  createdAt: number;
}

/** Selects one page of open tasks. */
export interface OpenTasksPage extends OpenTasksSelection {
  /** Oldest first. */
  ascending: boolean;
  after: TaskPosition | undefined;
  atMost: number;
}

const creationOrder = sql`IFNULL(${createdMilliseconds}, ${Number.MAX_SAFE_INTEGER})`;

/** Returns the task ids of one page, ordered by creation time. */
export function openTasksPage(
  { snapshot, workflow }: QueryContext,
  { ascending, after, atMost, ...selection }: OpenTasksPage,
): number[] {
  const direction = ascending ? sql`ASC` : sql`DESC`;
  const side = ascending ? sql`>` : sql`<`;
  const isAfter =
    after === undefined ? sql`TRUE` : sql`(createdAt, id) ${side} (${after.createdAt}, ${after.id})`;
  const rows = snapshot.all<{ id: number }>(sql`
    SELECT id FROM (
      SELECT task.id AS id, ${creationOrder} AS createdAt FROM tasks task WHERE ${isOpen(workflow, selection)}
    )
    WHERE ${isAfter}
    ORDER BY createdAt ${direction}, id ${direction}
    LIMIT ${atMost}`);
  return rows.map(({ id }) => id);
}

export function openTasksCount({ snapshot, workflow }: QueryContext, selection: OpenTasksSelection): number {
  const [row] = snapshot.all<{ count: number }>(sql`
    SELECT COUNT(*) AS count FROM tasks task WHERE ${isOpen(workflow, selection)}`);
  return row?.count ?? 0;
}

/** Returns the position of an open or complete task in the order of creation. Returns null if no task has this id. */
export function taskPosition({ snapshot }: QueryContext, { id }: { id: number }): TaskPosition | null {
  const [row] = snapshot.all<TaskPosition>(sql`
    SELECT task.id AS id, ${creationOrder} AS createdAt FROM tasks task WHERE task.id = ${id}`);
  return row ?? null;
}

function isOpen(workflow: Workflow, { filter, startedOnly }: OpenTasksSelection): Sql {
  return sql`${abortCheck(sql`task.id`)} AND NOT ${hasStatus(workflow.completeStatuses)}
    AND ${tasksCondition(workflow, filter)} AND ${startedOnly ? isStarted(workflow) : sql`TRUE`}`;
}

/** Returns SQL that is true if work on a task has started. */
function isStarted(workflow: Workflow): Sql {
  // If a task in a work status is claimed, its status stays the same.
  const work = [...workflow.statuses.keys()].filter((name) => claimTarget(workflow, name) === name);
  return sql`(
    ${millisecondsOf('task.started_at')} IS NOT NULL OR ${hasStatus(work)} OR ${hasEntered(work)}
  )`;
}
