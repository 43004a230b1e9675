import type { Selection } from 'kysely';
import type { TableTypes } from '../../db/generated/tables.ts';
import { readTime } from '../../db/sqlite/database-time.ts';

/** A row of `tasks`, without the columns that older databases of other programs lack. */
export interface Task {
  readonly id: number;
  readonly featureId: number;
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly agentType: string | null;
  readonly priority: number;
  /** A JSON list of task keys. Any other text means no dependencies. */
  readonly dependsOn: string | null;
  /** The agent that works on the task. Databases without a table of sessions have this column, too. */
  readonly assignedAgent: string | null;
  readonly blockedReason: string | null;
  readonly executionOrder: number | null;
  /** The times are null if the stored values are no times. */
  readonly createdAt: Date | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  /** Undefined in the result of a change, because a trigger sets this column after the change. */
  readonly updatedAt?: Date | null | undefined;
}

/** The columns of a `Task` that a change can return. */
export const changedTaskColumns = [
  'id',
  'feature_id as featureId',
  'key',
  'title',
  'description',
  'status',
  'agent_type as agentType',
  'priority',
  'depends_on as dependsOn',
  'assigned_agent as assignedAgent',
  'blocked_reason as blockedReason',
  'execution_order as executionOrder',
  'created_at as createdAt',
  'started_at as startedAt',
  'completed_at as completedAt',
] as const;

/** All columns of a `Task`. */
export const taskColumns = [...changedTaskColumns, 'updated_at as updatedAt'] as const;

type Row<Columns extends readonly unknown[]> = Selection<TableTypes, 'tasks', Columns[number]>;

/** A `Task` with the times as the database stores them. */
export type StoredTask = Row<typeof taskColumns>;

export function readTask(row: StoredTask): Task {
  return { ...readChangedTask(row), updatedAt: readTime(row.updatedAt) };
}

export function readChangedTask(row: Row<typeof changedTaskColumns>): Task {
  return {
    ...row,
    createdAt: readTime(row.createdAt),
    startedAt: readTime(row.startedAt),
    completedAt: readTime(row.completedAt),
    updatedAt: undefined,
  };
}
