import { itemsOf } from '../../db/sqlite/json-list.ts';
import { type RawBuilder, sql } from 'kysely';
import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { Statements } from '../../db/statements.ts';
import { readTime } from '../../db/sqlite/database-time.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { type Epic, epicColumns } from './epic.ts';
import { type Feature, featureColumns } from './feature.ts';
import { sortKeyOf, taskSortKey } from './key-order.ts';
import { type TaskFilter, tasksCondition } from './filter.ts';
import { type StoredTask, taskColumns } from './task.ts';

/** A page of a list: the first items after a position, or the last ones before it. */
export interface KeyPage {
  /** The key after which the page begins, or before which it ends. Undefined: the start or the end of the list. */
  after: string | undefined;
  atMost: number;
  /** Whether to read the list from its end. The items are then in reverse order. */
  backward: boolean;
}

export async function tasksById(read: Statements, ids: readonly number[]): Promise<StoredTask[]> {
  return tasksWithIds(read, { ids: JSON.stringify(ids) });
}

const tasksWithIds = compiledStatement((statements, value: ValueOf<{ ids: string }>) =>
  statements
    .selectFrom('tasks')
    .select(taskColumns)
    .where('id', 'in', itemsOf<number>(value('ids'))),
);

export async function taskByKey(read: Statements, key: string): Promise<StoredTask | null> {
  const task = await read.selectFrom('tasks').select(taskColumns).where('key', '=', key).executeTakeFirst();
  return task ?? null;
}

const taskOrder = sortKeyOf('task', 'task.key');

/** Returns a page of the tasks that match the filter, sorted by key. Throws InvalidInputError. */
export async function taskPage(
  read: Statements,
  workflow: Workflow,
  filter: TaskFilter,
  { after, atMost, backward }: KeyPage,
): Promise<StoredTask[]> {
  const all = read.selectFrom('tasks as task').select(taskColumns).where(tasksCondition(workflow, filter));
  return (after === undefined ? all : all.where(taskOrder, backward ? '<' : '>', taskSortKey(after)))
    .orderBy(taskOrder, backward ? 'desc' : 'asc')
    .limit(atMost)
    .execute();
}

/** Returns the number of tasks that match the filter. Throws InvalidInputError. */
export async function taskCount(read: Statements, workflow: Workflow, filter: TaskFilter): Promise<number> {
  const { count } = await read
    .selectFrom('tasks as task')
    .select((are) => are.fn.countAll<number>().as('count'))
    .where(tasksCondition(workflow, filter))
    .executeTakeFirstOrThrow();
  return count;
}

/** Returns the number of tasks in each status. */
export async function taskCountsByStatus(read: Statements): Promise<{ status: string; count: number }[]> {
  return read
    .selectFrom('tasks')
    .select((are) => ['status', are.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute();
}

/** Returns the same page of the tasks of each feature, sorted by key. */
export async function tasksOfFeatures(
  read: Statements,
  featureIds: readonly number[],
  { after, atMost, backward }: KeyPage,
): Promise<StoredTask[]> {
  const direction = backward ? sql`DESC` : sql`ASC`;
  const order = sortKeyOf('task', 'of_feature.key');
  const isAfter =
    after === undefined ? sql`` : sql`AND ${order} ${backward ? sql`<` : sql`>`} ${taskSortKey(after)}`;
  const columns = sql.join(taskColumns.map((column) => sql.raw(`task.${column}`)));
  const statement: RawBuilder<StoredTask> = sql`
    SELECT ${columns}
    FROM features feature
    JOIN tasks task ON task.id IN (
      SELECT of_feature.id FROM tasks of_feature
      WHERE of_feature.feature_id = feature.id ${isAfter}
      ORDER BY ${order} ${direction} LIMIT ${atMost}
    )
    WHERE feature.id IN (${sql.join(featureIds)})
    ORDER BY ${taskOrder} ${direction}`;
  const { rows } = await statement.execute(read);
  return rows;
}

export async function taskCounts(
  read: Statements,
  featureIds: readonly number[],
): Promise<{ featureId: number; count: number }[]> {
  return read
    .selectFrom('tasks')
    .select((are) => ['feature_id as featureId', are.fn.countAll<number>().as('count')])
    .where('feature_id', 'in', featureIds)
    .groupBy('feature_id')
    .execute();
}

export async function epicsById(read: Statements, ids: readonly number[]): Promise<Epic[]> {
  return read.selectFrom('epics').select(epicColumns).where('id', 'in', ids).execute();
}

export async function epicByKey(read: Statements, key: string): Promise<Epic | null> {
  const epic = await read.selectFrom('epics').select(epicColumns).where('key', '=', key).executeTakeFirst();
  return epic ?? null;
}

/** Returns all epics, sorted by key. */
export async function allEpics(read: Statements): Promise<Epic[]> {
  return read.selectFrom('epics').select(epicColumns).orderBy(sortKeyOf('epic', 'key')).execute();
}

export async function featuresById(read: Statements, ids: readonly number[]): Promise<Feature[]> {
  return read.selectFrom('features').select(featureColumns).where('id', 'in', ids).execute();
}

export async function featureByKey(read: Statements, key: string): Promise<Feature | null> {
  const feature = await read
    .selectFrom('features')
    .select(featureColumns)
    .where('key', '=', key)
    .executeTakeFirst();
  return feature ?? null;
}

/** Returns the features of all these epics, sorted by key. */
export async function featuresOfEpics(read: Statements, epicIds: readonly number[]): Promise<Feature[]> {
  return read
    .selectFrom('features')
    .select(featureColumns)
    .where('epic_id', 'in', epicIds)
    .orderBy(sortKeyOf('feature', 'key'))
    .execute();
}

/** A note on a task. */
export interface TaskNote {
  readonly taskId: number;
  readonly noteType: string;
  readonly content: string;
  readonly createdBy: string | null;
  /** Null if the stored value is no time. */
  readonly createdAt: Date | null;
}

/** Returns the notes of all these tasks, oldest first. */
export async function notesOfTasks(read: Statements, taskIds: readonly number[]): Promise<TaskNote[]> {
  const rows = await read
    .selectFrom('task_notes')
    .select([
      'task_id as taskId',
      'note_type as noteType',
      'content',
      'created_by as createdBy',
      'created_at as createdAt',
    ])
    .where('task_id', 'in', taskIds)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, createdAt: readTime(row.createdAt) }));
}
