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
import type { Operation } from '../operation.ts';
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

/** Creates an epic and returns its id. Throws InvalidInputError, KeyTakenError. */
export async function createEpic({ tx }: Operation, params: CreateEpicParams): Promise<number> {
  const title = checkText('title', params.title, limits.title);
  const description = checkOptionalText('description', params.description, limits.text);
  const existing = await tx.epic.findMany({ select: { key: true } });
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkEpicKey(params.key, 'key') : nextKey('E', keys, 2);
  if (keys.includes(key)) throw new KeyTakenError(key);
  const { id } = await tx.epic.create({
    data: { key, title, description, status: 'draft', priority: params.priority ?? 'medium' },
    select: { id: true },
  });
  return id;
}

export interface CreateFeatureParams {
  epicKey: string;
  key?: string | null | undefined;
  title: string;
  description?: string | null | undefined;
  executionOrder?: number | null | undefined;
}

/** Creates a feature in an epic and returns its id. Throws InvalidInputError, EpicNotFoundError, KeyTakenError. */
export async function createFeature({ tx }: Operation, params: CreateFeatureParams): Promise<number> {
  const epicKey = checkEpicKey(params.epicKey);
  const title = checkText('title', params.title, limits.title);
  const description = checkOptionalText('description', params.description, limits.text);
  const epic = await tx.epic.findUnique({ where: { key: epicKey }, select: { id: true } });
  if (epic === null) throw new EpicNotFoundError(epicKey);

  const prefix = `${epicKey}-F`;
  const existing = await tx.feature.findMany({
    where: { key: { startsWith: prefix } },
    select: { key: true },
  });
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkFeatureKey(params.key, 'key') : nextKey(prefix, keys, 2);
  checkBelongs('key', key, prefix);
  if (keys.includes(key)) throw new KeyTakenError(key);
  const { id } = await tx.feature.create({
    data: {
      epicId: epic.id,
      key,
      title,
      description,
      status: 'draft',
      executionOrder: params.executionOrder ?? null,
    },
    select: { id: true },
  });
  return id;
}

export interface CreateTaskParams {
  featureKey: string;
  key?: string | null | undefined;
  title: string;
  description?: string | null | undefined;
  /** The initial status of the task: any status of the workflow. The default is the first start status. */
  status?: string | null | undefined;
  agentType?: string | null | undefined;
  /** The priority of the task, from 1 (most urgent) to 10. */
  priority?: number | null | undefined;
  executionOrder?: number | null | undefined;
  /** The keys of the tasks that must be finished before this task. */
  dependsOn?: readonly string[] | null | undefined;
}

/**
 * Creates a task in a feature and returns its id. Throws InvalidInputError, FeatureNotFoundError, KeyTakenError,
 * StatusNotAllowedError.
 */
export async function createTask(operation: Operation, params: CreateTaskParams): Promise<number> {
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

  const feature = await tx.feature.findUnique({ where: { key: featureKey }, select: { id: true } });
  if (feature === null) throw new FeatureNotFoundError(featureKey);

  const prefix = `T-${featureKey}-`;
  const existing = await tx.task.findMany({ where: { key: { startsWith: prefix } }, select: { key: true } });
  const keys = existing.map(({ key }) => key);
  const key = isGiven(params.key) ? checkTaskKey(params.key, 'key') : nextKey(prefix, keys, 3);
  checkBelongs('key', key, prefix);
  if (keys.includes(key)) throw new KeyTakenError(key);
  await checkDependencies(operation, dependsOn);

  const { id } = await tx.task.create({
    data: {
      featureId: feature.id,
      key,
      title,
      description,
      status,
      agentType,
      priority,
      executionOrder: params.executionOrder ?? null,
      dependsOn: dependsOn.length > 0 ? JSON.stringify(dependsOn) : null,
      createdAt: now,
    },
    select: { id: true },
  });
  await tx.taskHistory.create({
    data: { taskId: id, oldStatus: null, newStatus: status, timestamp: now },
    select: { id: true },
  });
  return id;
}

function checkStatus({ workflow }: Operation, status: string | undefined): string {
  const [first] = workflow.startStatuses;
  if (status === undefined && first !== undefined) return first;
  if (status !== undefined && workflow.statuses.has(status)) return status;
  throw new InvalidInputError(
    'status',
    `The workflow has no status '${status ?? ''}'`,
    `Use one of ${[...workflow.statuses.keys()].join(', ')}`,
  );
}

/**
 * Throws InvalidInputError if a dependency of the new task does not exist. Otherwise, a mistyped key would have no
 * effect.
 */
async function checkDependencies({ tx }: Operation, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const found = await tx.task.findMany({ where: { key: { in: [...keys] } }, select: { key: true } });
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
