import type { Selection } from 'kysely';
import type { TableTypes } from '../../db/generated/tables.ts';
import { readOwnTime } from '../../db/sqlite/database-time.ts';

/** The work of one agent on one task: a row of `task_sessions`. */
export interface TaskSession {
  readonly id: number;
  readonly taskId: number;
  readonly agentId: string;
  readonly agentType: string | null;
  readonly phase: string;
  readonly claimedFrom: string;
  readonly claimedTo: string;
  readonly closedFrom: string | null;
  readonly closedTo: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: string | null;
  readonly notes: string | null;
  readonly durationMinutes: number | null;
  readonly lastHeartbeatAt: Date | null;
}

/** The columns of a `BriefSession`. */
export const briefSessionColumns = [
  'id',
  'task_id as taskId',
  'agent_id as agentId',
  'phase',
  'started_at as startedAt',
  'ended_at as endedAt',
  'outcome',
  'duration_minutes as durationMinutes',
] as const;

/** The columns of a `StoredSession`. */
export const storedSessionColumns = [
  ...briefSessionColumns,
  'agent_type as agentType',
  'claimed_from as claimedFrom',
  'notes',
  'last_heartbeat_at as lastHeartbeatAt',
] as const;

/**
 * What clients can see of a session, with the times as the database stores them. A list has hundreds of times, and most
 * of them are only sent to the client.
 */
export type StoredSession = Selection<TableTypes, 'task_sessions', (typeof storedSessionColumns)[number]>;

/** A `StoredSession` that can lack details. To read a value from the database takes longer than to find its row. */
export type BriefSession = Selection<TableTypes, 'task_sessions', (typeof briefSessionColumns)[number]> &
  Partial<StoredSession>;

/** The columns of a `TaskSession`. */
export const sessionColumns = [
  ...storedSessionColumns,
  'claimed_to as claimedTo',
  'closed_from as closedFrom',
  'closed_to as closedTo',
] as const;

/** A row with the columns `sessionColumns`, as the database returns it. */
export type SessionRow = Selection<TableTypes, 'task_sessions', (typeof sessionColumns)[number]>;

export function readSession<Row extends SessionRow>(row: Row) {
  return {
    ...row,
    startedAt: readOwnTime(row.startedAt),
    endedAt: row.endedAt === null ? null : readOwnTime(row.endedAt),
    lastHeartbeatAt: row.lastHeartbeatAt === null ? null : readOwnTime(row.lastHeartbeatAt),
  };
}
