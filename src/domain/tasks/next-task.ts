import { type RawBuilder, sql } from 'kysely';
import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { Sql, Statements } from '../../db/statements.ts';
import type { Tables } from '../../db/tables.ts';
import { agentTypeFits, claimTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { endedStatuses, storedDependencies } from './dependencies.ts';
import { lastChangeMilliseconds } from './task-history.ts';

export interface NextTaskParams {
  agentType?: string | null | undefined;
  epicKey?: string | null | undefined;
}

/**
 * Returns the id of the best claimable task without unfinished dependencies. Null if there is none. Rework comes first,
 * then the lowest execution order, the lowest priority number and the longest wait.
 */
export async function findNextTask(
  database: Statements,
  workflow: Workflow,
  { agentType, epicKey }: NextTaskParams,
  tables: Pick<Tables, 'hasTaskSessions' | 'hasTaskQueue'>,
): Promise<number | null> {
  const open = [...workflow.statuses.values()].filter(
    (status) => agentType === null || agentType === undefined || agentTypeFits(status, agentType),
  );
  const waiting = open.map(({ name }) => name).filter((name) => claimTarget(workflow, name) !== undefined);
  if (waiting.length === 0) return null;
  const [first] = await firstTask(
    database,
    { epicKey: epicKey ?? null },
    {
      waiting,
      // If a claim would not change the status, and the task has no open session, the task waits for rework.
      rework: waiting.filter((name) => claimTarget(workflow, name) === name),
      ended: endedStatuses(workflow),
      isInEpic: typeof epicKey === 'string',
      hasTaskQueue: tables.hasTaskQueue,
      hasTaskSessions: tables.hasTaskSessions,
    },
  );
  return first?.id ?? null;
}

interface Variant extends Pick<Tables, 'hasTaskSessions' | 'hasTaskQueue'> {
  /** The names of the statuses in which a task can be claimed. */
  waiting: readonly string[];
  /** Those in which a task waits for rework. */
  rework: readonly string[];
  /** The names of the statuses in which a task no longer holds up other tasks. */
  ended: readonly string[];
  isInEpic: boolean;
}

const firstTask = compiledStatement((_, value: ValueOf<{ epicKey: string | null }>, variant: Variant) => {
  const isReady = hasNoUnfinishedDependency(variant.ended);
  const condition = variant.isInEpic ? sql`${isInEpic(value('epicKey'))} AND ${isReady}` : isReady;
  return variant.hasTaskQueue ? firstInQueue(variant, condition) : firstOfSortedTasks(variant, condition);
});

/**
 * Reads the first task of each status from the table `task_queue`. The index of this table has the order in which tasks
 * are handed out, so SQLite reads only the tasks before the first one that meets the condition.
 */
function firstInQueue({ waiting, rework }: Variant, condition: Sql): RawBuilder<{ id: number }> {
  const firstOfEach = waiting.map(
    (status) => sql`SELECT * FROM (
      SELECT task.id AS id, ${Number(!rework.includes(status))} AS is_new, queued.is_unordered, queued.execution_order,
        queued.priority, queued.waiting_since
      FROM task_queue queued CROSS JOIN tasks task ON task.id = queued.task_id
      WHERE queued.status = ${status} AND queued.is_held = 0 AND ${condition}
      ORDER BY queued.is_unordered, queued.execution_order, queued.priority, queued.waiting_since, queued.task_id
      LIMIT 1
    )`,
  );
  return sql<{ id: number }>`
    SELECT id FROM (${sql.join(firstOfEach, sql` UNION ALL `)})
    ORDER BY is_new, is_unordered, execution_order, priority, waiting_since, id
    LIMIT 1`;
}

/** Sorts all waiting tasks, for databases without the table `task_queue`. */
function firstOfSortedTasks(
  { waiting, rework, hasTaskSessions }: Variant,
  condition: Sql,
): RawBuilder<{ id: number }> {
  const isFree = hasTaskSessions
    ? sql`NOT EXISTS (
        SELECT 1 FROM task_sessions session WHERE session.task_id = task.id AND session.ended_at IS NULL
      )`
    : // Without a table of sessions, only `assigned_agent` shows that an agent works on a task.
      sql`(task.status NOT IN (${listOf(rework)}) OR task.assigned_agent IS NULL)`;
  return sql<{ id: number }>`
    SELECT task.id AS id
    FROM tasks task
    WHERE task.status IN (${listOf(waiting)}) AND ${isFree} AND ${condition}
    ORDER BY
      task.status NOT IN (${listOf(rework)}),
      task.execution_order IS NULL,
      task.execution_order,
      task.priority,
      ${lastChangeMilliseconds},
      task.id
    LIMIT 1`;
}

/** A condition on `task`. */
function isInEpic(epicKey: Sql): Sql {
  return sql`task.feature_id IN (
    SELECT feature.id FROM features feature JOIN epics epic ON epic.id = feature.epic_id WHERE epic.key = ${epicKey}
  )`;
}

/** A condition on `task`. */
function hasNoUnfinishedDependency(ended: readonly string[]): Sql {
  return sql`(task.depends_on IS NULL OR NOT EXISTS (
    SELECT 1
    FROM json_each(${storedDependencies}) dependency
    JOIN tasks needed ON needed.key = dependency.value
    WHERE needed.status NOT IN (${listOf(ended)}) AND needed.id <> task.id
  ))`;
}

/** Returns the list for SQL `IN (…)`. If empty, it gets the empty text, which is never the name of a status. */
function listOf(statuses: readonly string[]): Sql {
  return sql.join(statuses.length > 0 ? [...statuses] : ['']);
}
