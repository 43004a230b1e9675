import { sql } from 'kysely';
import { itemsOf } from '../../db/sqlite/json-list.ts';
import type { Sql, Statements } from '../../db/statements.ts';
import { isCancellation } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { Operation } from '../operation.ts';
import { compareTaskKeys } from './key-order.ts';

/** Whether a dependency still holds up the task. Only an unfinished one does. */
export type DependencyState =
  | 'completed'
  | 'unfinished'
  /** It ended without being completed, for example in `cancelled`. */
  | 'cancelled'
  /** There is no task with this key. */
  | 'missing'
  /** It is the task itself. */
  | 'self';

export interface Dependency {
  readonly key: string;
  /** Null if the task does not exist. */
  readonly status: string | null;
  readonly state: DependencyState;
}

interface DependentTask {
  readonly key: string;
  readonly dependsOn: string | null;
}

/** The statuses with which other programs end tasks, even if the workflow does not define them. */
const endedElsewhere = ['archived', 'cancelled', 'canceled'];

/** Returns the statuses in which a task no longer holds up the tasks that depend on it. */
export function endedStatuses({ statuses, completeStatuses }: Workflow): string[] {
  const terminal = [...statuses.values()].filter(({ isTerminal }) => isTerminal).map(({ name }) => name);
  return [...new Set([...completeStatuses, ...terminal, ...endedElsewhere])];
}

/** Returns the dependencies of a task, sorted by key. `statusOf` returns null if there is no task with this key. */
export async function findDependencies(
  workflow: Workflow,
  task: DependentTask,
  statusOf: (key: string) => Promise<string | null>,
): Promise<Dependency[]> {
  const keys = [...new Set(dependencyKeys(task.dependsOn))].toSorted(compareTaskKeys);
  return Promise.all(
    keys.map(async (key) => {
      const status = await statusOf(key);
      return { key, status, state: key === task.key ? 'self' : stateOf(workflow, status) };
    }),
  );
}

/** Returns the status of each of these tasks by its key. */
export async function taskStatuses(
  read: Statements,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const found = await read.selectFrom('tasks').select(['key', 'status']).where('key', 'in', keys).execute();
  return new Map(found.map(({ key, status }) => [key, status]));
}

function stateOf(workflow: Workflow, status: string | null): DependencyState {
  if (status === null) return 'missing';
  if (workflow.completeStatuses.includes(status) && !isCancellation(status)) return 'completed';
  return endedStatuses(workflow).includes(status) ? 'cancelled' : 'unfinished';
}

/** Returns warnings for an agent that works on the task although a dependency was not completed. */
export async function dependencyWarnings(
  { tx, workflow }: Pick<Operation, 'tx' | 'workflow'>,
  task: DependentTask,
): Promise<string[]> {
  // Most tasks have no dependencies.
  if (task.dependsOn === null) return [];
  const statuses = await taskStatuses(tx, dependencyKeys(task.dependsOn));
  const dependencies = await findDependencies(workflow, task, async (key) => statuses.get(key) ?? null);
  const warnings = isReadable(task.dependsOn)
    ? []
    : [
        `The dependencies of the task are not a JSON list of task keys and were ignored: ${task.dependsOn.slice(0, 100)}`,
      ];
  const warn = (state: DependencyState, start: string) => {
    const listed = dependencies
      .filter((dependency) => dependency.state === state)
      .map(({ key, status }) => (state === 'cancelled' ? `${key} (${status})` : key));
    if (listed.length > 0) warnings.push(`${start}: ${listed.join(', ')}`);
    return listed;
  };
  const unfinished = warn('unfinished', 'The task depends on unfinished tasks');
  if (await leadsTo(tx, workflow, unfinished, task.key))
    warnings.push(
      'These dependencies lead back to the task itself: no task in this circle is handed out before one of them is finished',
    );
  warn('cancelled', 'The task depends on tasks that ended without being completed');
  warn('missing', 'The task depends on tasks that do not exist');
  warn('self', 'The task depends on itself, which was ignored');
  return warnings;
}

/** Whether an unfinished task with this key is a direct or indirect dependency of one of these tasks. */
async function leadsTo(
  read: Statements,
  workflow: Workflow,
  keys: readonly string[],
  key: string,
): Promise<boolean> {
  if (keys.length === 0) return false;
  const { rows } = await sql`
    WITH RECURSIVE needed(key) AS (
      SELECT value FROM json_each(${JSON.stringify(keys)})
      UNION
      SELECT dependency.value FROM needed
        JOIN tasks task ON task.key = needed.key AND task.status NOT IN ${itemsOf(JSON.stringify(endedStatuses(workflow)))}
        JOIN json_each(${storedDependencies}) dependency
    )
    SELECT 1 FROM needed WHERE key = ${key}`.execute(read);
  return rows.length > 0;
}

/** The dependencies of `task`, a row of `tasks`, as JSON for `json_each`. */
export const storedDependencies: Sql = sql`CASE
  WHEN NOT json_valid(task.depends_on) THEN '[]'
  WHEN json_type(task.depends_on) = 'array' THEN task.depends_on
  ELSE '[]'
END`;

/** Parses the column `depends_on`: a JSON list of task keys. Any other text means no dependencies. */
export function dependencyKeys(dependsOn: string | null): string[] {
  const list = parsed(dependsOn);
  return Array.isArray(list) ? list.filter((key) => typeof key === 'string') : [];
}

/** Whether the column has only task keys. Empty text means no dependencies. */
function isReadable(dependsOn: string): boolean {
  if (dependsOn.trim() === '') return true;
  const list = parsed(dependsOn);
  return list === null || (Array.isArray(list) && list.every((key) => typeof key === 'string'));
}

/** Returns undefined for text that is not JSON. */
function parsed(dependsOn: string | null): unknown {
  if (dependsOn === null) return null;
  try {
    return JSON.parse(dependsOn);
  } catch {
    return undefined;
  }
}
