import type { Operation } from '../operation.ts';
import { sortKeyOf } from './key-order.ts';

/** Returns the keys of the unfinished tasks on which `task` depends. */
export async function unfinishedDependencies(
  { tx, workflow }: Operation,
  task: { dependsOn: string | null },
): Promise<string[]> {
  const keys = dependencyKeys(task.dependsOn);
  if (keys.length === 0) return [];
  const unfinished = await tx
    .selectFrom('tasks')
    .select('key')
    .where('key', 'in', keys)
    .where((is) => is.not(is('status', 'in', [...workflow.completeStatuses])))
    .orderBy(sortKeyOf('task', 'key'))
    .execute();
  return unfinished.map(({ key }) => key);
}

/** Parses the column `depends_on`: a JSON list of task keys. Any other text means no dependencies. */
export function dependencyKeys(dependsOn: string | null): string[] {
  if (dependsOn === null) return [];
  try {
    const list: unknown = JSON.parse(dependsOn);
    return Array.isArray(list) ? list.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}
