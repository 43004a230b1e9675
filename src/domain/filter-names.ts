/*
 * Checks that the names in a filter exist. Otherwise, the answer to a mistyped name would look like an answer that there
 * is no such work.
 */
import { distance } from 'fastest-levenshtein';
import { compiledStatement, type ValueOf } from '../db/compiled-statement.ts';
import type { Statements } from '../db/statements.ts';
import type { Tables } from '../db/tables.ts';
import { EpicNotFoundError, FeatureNotFoundError, InvalidInputError, TaskNotFoundError } from './errors.ts';
import { anyPhase, type Workflow } from './workflow/workflow.ts';

/** The names in a filter, with keys as the database stores them. */
export interface FilterNames {
  taskKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  epicKey?: string | null | undefined;
  phase?: string | null | undefined;
}

export interface NameSource {
  read: Statements;
  tables: Pick<Tables, 'hasTaskSessions'>;
  workflow: Workflow;
}

/**
 * Runs one statement for each name, except for phases of the workflow. Throws TaskNotFoundError, FeatureNotFoundError or
 * EpicNotFoundError for a missing key, and InvalidInputError for a phase that is neither in the workflow nor in a session.
 */
export async function checkFilterNames(
  { read, tables, workflow }: NameSource,
  { taskKey, featureKey, epicKey, phase }: FilterNames,
): Promise<void> {
  if (isGiven(taskKey) && (await rowWithKey(read, { key: taskKey }, 'tasks')).length === 0)
    throw new TaskNotFoundError(taskKey);
  if (isGiven(featureKey) && (await rowWithKey(read, { key: featureKey }, 'features')).length === 0)
    throw new FeatureNotFoundError(featureKey);
  if (isGiven(epicKey) && (await rowWithKey(read, { key: epicKey }, 'epics')).length === 0)
    throw new EpicNotFoundError(epicKey);
  if (!isGiven(phase)) return;
  const phases = [...workflow.phases, anyPhase];
  // Sessions keep their phase after the workflow file has changed.
  const isKnown =
    phases.includes(phase) || (tables.hasTaskSessions && (await sessionsInPhase(read, { phase })).length > 0);
  if (!isKnown) throw unknownName('phase', phase, phases);
}

/**
 * Throws InvalidInputError for a status that is neither in the workflow nor in the database. `findUsedStatuses` returns
 * the statuses of all tasks, now and earlier. It reads many rows and is called only for a status that no task has now.
 */
export async function checkStatusName(
  { read, workflow }: Pick<NameSource, 'read' | 'workflow'>,
  status: string | null | undefined,
  findUsedStatuses: () => Promise<readonly string[]>,
): Promise<void> {
  if (!isGiven(status) || workflow.statuses.has(status)) return;
  if ((await tasksInStatus(read, { status })).length > 0) return;
  const used = await findUsedStatuses();
  if (!used.includes(status)) throw unknownName('status', status, [...workflow.statuses.keys(), ...used]);
}

/** Creates the error for a name that is not in `names`. It suggests the nearest names, or else all names. */
export function unknownName(
  field: 'phase' | 'status',
  name: string,
  names: readonly string[],
): InvalidInputError {
  const near = nearestNames(name, names);
  return new InvalidInputError(
    field,
    `There is no ${field} '${name.slice(0, longestShown)}'`,
    near.length > 0
      ? `Did you mean ${near.map((each) => `'${each}'`).join(' or ')}?`
      : `Use one of ${[...new Set(names)].join(', ')}`,
  );
}

const longestShown = 100;
const mostSuggestions = 3;

/** Returns at most three names that differ from `name` in up to a third of their characters, nearest first. */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const text = name.toLowerCase().slice(0, longestShown);
  return [...new Set(names)]
    .map((each) => ({ each, differences: distance(text, each.toLowerCase()) }))
    .filter(({ each, differences }) => differences <= Math.ceil(each.length / 3))
    .toSorted((one, other) => one.differences - other.differences)
    .slice(0, mostSuggestions)
    .map(({ each }) => each);
}

const rowWithKey = compiledStatement(
  (statements, value: ValueOf<{ key: string }>, table: 'tasks' | 'features' | 'epics') =>
    statements.selectFrom(table).select('id').where('key', '=', value('key')),
);

const tasksInStatus = compiledStatement((statements, value: ValueOf<{ status: string }>) =>
  statements.selectFrom('tasks').select('id').where('status', '=', value('status')).limit(1),
);

/** The index of ended sessions starts with the phase. There are only a few open sessions. */
const sessionsInPhase = compiledStatement((statements, value: ValueOf<{ phase: string }>) => {
  const inPhase = statements.selectFrom('task_sessions').select('id').where('phase', '=', value('phase'));
  return inPhase
    .where('ended_at', 'is not', null)
    .unionAll(inPhase.where('ended_at', 'is', null))
    .limit(1);
});

function isGiven(name: string | null | undefined): name is string {
  return name !== null && name !== undefined;
}
