import { itemsOf } from '../../db/sqlite/json-list.ts';
import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { checkEpicKey, checkFeatureKey, checkOptionalText, limits } from '../input.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** Selects the tasks that match all fields of the filter. A field that is null has no effect. */
export interface TaskFilter {
  status?: string | null | undefined;
  phase?: string | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  agentType?: string | null | undefined;
}

/** Returns the filter with keys as the database stores them. Throws InvalidInputError for invalid keys and names. */
export function checkTaskFilter({ status, phase, epicKey, featureKey, agentType }: TaskFilter): TaskFilter {
  return {
    status: checkOptionalText('status', status, limits.text),
    phase: checkOptionalText('phase', phase, limits.text),
    agentType: checkOptionalText('agentType', agentType, limits.agent),
    featureKey: typeof featureKey === 'string' ? checkFeatureKey(featureKey) : null,
    epicKey: typeof epicKey === 'string' ? checkEpicKey(epicKey) : null,
  };
}

/** Returns a task filter as an SQL condition on `task`, a row of `tasks`. Throws InvalidInputError. */
export function tasksCondition(workflow: Workflow, unchecked: TaskFilter): RawBuilder<SqlBool> {
  const { status, phase, epicKey, featureKey, agentType } = checkTaskFilter(unchecked);
  return sql.join<SqlBool>(
    [
      sql`TRUE`,
      ...(typeof status === 'string' ? [sql`task.status = ${status}`] : []),
      ...(typeof phase === 'string' ? [hasStatus(statusesOf(workflow, phase))] : []),
      ...(typeof agentType === 'string' ? [sql`task.agent_type = ${agentType}`] : []),
      ...(typeof featureKey === 'string'
        ? [
            sql`task.feature_id IN (SELECT feature.id FROM features feature WHERE feature.key = ${featureKey})`,
          ]
        : []),
      ...(typeof epicKey === 'string'
        ? [
            sql`task.feature_id IN (
              SELECT feature.id FROM features feature JOIN epics epic ON epic.id = feature.epic_id
              WHERE epic.key = ${epicKey}
            )`,
          ]
        : []),
    ],
    sql` AND `,
  );
}

/** Returns the SQL condition that `task`, a row of `tasks`, has one of these statuses. The list may be empty. */
export function hasStatus(statuses: readonly string[]): Sql {
  return sql`task.status IN ${itemsOf(JSON.stringify(statuses))}`;
}

function statusesOf(workflow: Workflow, phase: string): string[] {
  return [...workflow.statuses.values()].filter((known) => known.phase === phase).map(({ name }) => name);
}
