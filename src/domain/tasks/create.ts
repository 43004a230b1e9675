import { type RawBuilder, sql } from 'kysely';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import {
  checkEpicKey,
  checkFeatureKey,
  checkOptionalText,
  checkTaskKey,
  checkText,
  limits,
  nextKey,
} from '../input.ts';
import { term, type TermName, wording } from '../../shared/wording.ts';
import { unknownName } from '../filter-names.ts';
import type { Operation } from '../operation.ts';
import { type Epic, epicColumns } from './epic.ts';
import { type Feature, featureColumns } from './feature.ts';
import { readTask, type Task, taskColumns } from './task.ts';
import {
  EpicNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
  KeyTakenError,
  StatusNotAllowedError,
} from '../errors.ts';

export interface CreateEpicParams {
  key?: string | null | undefined;
  title: string;
  description?: string | null | undefined;
  priority?: 'high' | 'medium' | 'low' | null | undefined;
}

/** Creates an epic. Throws InvalidInputError, KeyTakenError. */
export async function createEpic({ tx }: Operation, params: CreateEpicParams): Promise<Epic> {
  const title = checkText('title', params.title, limits.title);
  const description = checkOptionalText('description', params.description, limits.text);
  const existing = await tx.selectFrom('epics').select('key').execute();
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkEpicKey(params.key, 'key') : nextKey('E', keys, 2);
  if (keys.includes(key)) throw new KeyTakenError(key);
  return tx
    .insertInto('epics')
    .values({ key, title, description, status: 'draft', priority: params.priority ?? 'medium' })
    .returning(epicColumns)
    .executeTakeFirstOrThrow();
}

export interface CreateFeatureParams {
  epicKey: string;
  key?: string | null | undefined;
  title: string;
  description?: string | null | undefined;
  executionOrder?: number | null | undefined;
}

/** Creates a feature in an epic. Throws InvalidInputError, EpicNotFoundError, KeyTakenError. */
export async function createFeature({ tx }: Operation, params: CreateFeatureParams): Promise<Feature> {
  const epicKey = checkEpicKey(params.epicKey);
  const title = checkText('title', params.title, limits.title);
  const description = checkOptionalText('description', params.description, limits.text);
  const epic = await tx.selectFrom('epics').select('id').where('key', '=', epicKey).executeTakeFirst();
  if (epic === undefined) throw new EpicNotFoundError(epicKey);

  const prefix = `${epicKey}-F`;
  const existing = await tx.selectFrom('features').select('key').where(startsWith(prefix)).execute();
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkFeatureKey(params.key, 'key') : nextKey(prefix, keys, 2);
  checkBelongs('key', key, prefix);
  if (keys.includes(key)) throw new KeyTakenError(key);
  return tx
    .insertInto('features')
    .values({
      epic_id: epic.id,
      key,
      title,
      description,
      status: 'draft',
      execution_order: params.executionOrder ?? null,
    })
    .returning(featureColumns)
    .executeTakeFirstOrThrow();
}

export interface CreateTaskParams {
  featureKey: string;
  key?: string | null | undefined;
  title: string;
  description?: string | null | undefined;
  /** The initial status of the task, a status of the workflow. The default is the first start status. */
  status?: string | null | undefined;
  agentType?: string | null | undefined;
  /** The priority of the task, from 1 (most urgent) to 10. */
  priority?: number | null | undefined;
  executionOrder?: number | null | undefined;
  /** The keys of the tasks that must be finished before this task. */
  dependsOn?: readonly string[] | null | undefined;
}

/**
 * Creates a task in a feature. Throws InvalidInputError, FeatureNotFoundError, KeyTakenError,
 * StatusNotAllowedError.
 */
export async function createTask(operation: Operation, params: CreateTaskParams): Promise<Task> {
  const { tx, tables, now } = operation;
  const featureKey = checkFeatureKey(params.featureKey);
  const title = checkText('title', params.title, limits.title);
  const description = checkOptionalText('description', params.description, limits.text);
  const agentType = checkOptionalText('agentType', params.agentType, limits.agent);
  const dependsOn = (params.dependsOn ?? []).map((key) => checkTaskKey(key, 'dependsOn'));
  const priority = params.priority ?? 5;
  if (priority < 1 || priority > 10)
    throw new InvalidInputError(
      'priority',
      wording`${term('priority')} ${priority} is out of range`,
      'Give a number from 1 (most urgent) to 10',
    );
  const status = checkStatus(operation, params.status ?? undefined);
  if (tables.taskStatuses !== null && !tables.taskStatuses.includes(status))
    throw new StatusNotAllowedError(status, tables.taskStatuses);

  const feature = await tx
    .selectFrom('features')
    .select('id')
    .where('key', '=', featureKey)
    .executeTakeFirst();
  if (feature === undefined) throw new FeatureNotFoundError(featureKey);

  const prefix = `T-${featureKey}-`;
  const existing = await tx.selectFrom('tasks').select('key').where(startsWith(prefix)).execute();
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkTaskKey(params.key, 'key') : nextKey(prefix, keys, 3);
  checkBelongs('key', key, prefix);
  if (keys.includes(key)) throw new KeyTakenError(key);
  await checkDependencies(operation, dependsOn);

  const created = await tx
    .insertInto('tasks')
    .values({
      feature_id: feature.id,
      key,
      title,
      description,
      status,
      agent_type: agentType,
      priority,
      execution_order: params.executionOrder ?? null,
      depends_on: dependsOn.length > 0 ? JSON.stringify(dependsOn) : null,
      created_at: databaseTime(now),
    })
    .returning(taskColumns)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('task_history')
    .values({ task_id: created.id, old_status: null, new_status: status, timestamp: databaseTime(now) })
    .execute();
  return readTask(created);
}

function checkStatus({ workflow }: Operation, status: string | undefined): string {
  const [first] = workflow.startStatuses;
  if (status === undefined && first !== undefined) return first;
  if (status !== undefined && workflow.statuses.has(status)) return status;
  throw unknownName('status', status ?? '', [...workflow.statuses.keys()]);
}

/**
 * Throws InvalidInputError if a dependency of the new task does not exist. Otherwise, a mistyped key would have no
 * effect.
 */
async function checkDependencies({ tx }: Operation, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const found = await tx.selectFrom('tasks').select('key').where('key', 'in', keys).execute();
  const missing = keys.filter((key) => !found.some((task) => task.key === key));
  if (missing.length > 0)
    throw new InvalidInputError(
      'dependsOn',
      wording`${term('dependsOn')} names tasks that do not exist: ${missing.join(', ')}`,
      wording`Create the missing tasks first, or leave them out of ${term('dependsOn')}`,
    );
}

function checkBelongs(field: TermName, key: string, prefix: string): void {
  if (!key.startsWith(prefix))
    throw new InvalidInputError(
      field,
      wording`${term(field)} '${key}' belongs to another epic or feature`,
      `Use a key that starts with ${prefix}`,
    );
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined;
}

/** A condition on keys. A range, because SQLite reads it from the index on keys, unlike LIKE. */
function startsWith(prefix: string): RawBuilder<boolean> {
  return sql<boolean>`key >= ${prefix} AND key < ${`${prefix}\uffff`}`;
}
