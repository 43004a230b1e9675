/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The input of the mutation `abandonSession`. */
export type AbandonSessionInput = {
  /** Why the work is abandoned, for example `no heartbeat for an hour`. Stored in the `notes` of the session. Up to 10,000 characters. Default: none. */
  reason?: string | null | undefined;
  /** The ID of the session, for example `TaskSession:42`. */
  sessionId: string;
};

/** The input of the mutation `abandonStaleSessions`. */
export type AbandonStaleSessionsInput = {
  /** Which of the stale sessions to abandon. Default: all. Do not pass `staleAfter`, `silentFor`, `active: false`, or the fields for ended sessions: `outcome`, `endedSince` and `endedUntil`. */
  filter?: SessionFilter | null | undefined;
  /** The maximum number of sessions to abandon: 1 to 500. The oldest sessions come first. `remaining` in the payload says how many are left. */
  first?: number | null | undefined;
  /** `true`: also abandon sessions whose agent sent a heartbeat within the server setting `ALIVE_WITHIN` (5 minutes by default). `false`: skip these sessions and return them as `skipped`. Has no effect with `silentFor`. */
  includeAlive?: boolean | null | undefined;
  /** Why the work is abandoned, for example `no heartbeat for an hour`. Stored in the `notes` of the session. Up to 10,000 characters. Default: none. */
  reason?: string | null | undefined;
  /** Only open sessions whose agent has sent no heartbeat for at least this long, for example `10m`. Without a heartbeat, the time counts from the session start. With `staleAfter`, a session must reach both limits. */
  silentFor?: string | null | undefined;
  /** Only open sessions that started at least this long ago, for example `4h`. Sessions whose agents are alive are skipped: see `includeAlive`. Pass `staleAfter`, `silentFor` or both. */
  staleAfter?: string | null | undefined;
};

/** Selects the sessions to count. A session must match every field that you pass. */
export type AnalyticsFilter = {
  /** Only sessions whose agent ID or agent type equals this text. */
  agent?: string | null | undefined;
  /** Only sessions of the agent with this ID, for example `backend-1`. */
  agentId?: string | null | undefined;
  /** Only sessions of agents of this type, for example `backend`. */
  agentType?: string | null | undefined;
  /** Only sessions of tasks in the epic with this key, for example `E07`. */
  epicKey?: string | null | undefined;
  /** Only sessions of tasks in the feature with this key, for example `E07-F20`. */
  featureKey?: string | null | undefined;
  /** Only sessions in this workflow phase, for example `review`. */
  phase?: string | null | undefined;
  /** Only sessions that ended at or after this time, even if they started earlier. */
  since?: string | null | undefined;
  /** Only sessions that ended before this time. */
  until?: string | null | undefined;
};

/** The input of the mutation `blockTask`. */
export type BlockTaskInput = {
  /** What blocks the task. Stored in the `notes` of the session and the `blockedReason` of the task. 1 to 10,000 characters. */
  reason: string;
  /** The session in which the agent works, for example `TaskSession:42`. If it is already closed, the result is `SessionNotActiveError`. After a lost response, repeat the same call to get its first result, with `repeated: true`. Default: the open session of the task, if any. */
  sessionId?: string | null | undefined;
  /** The key of the task, for example `T-E07-F20-001`. */
  taskKey: string;
};

/** The length of a time bucket. Buckets follow the UTC calendar. */
export type Bucket =
  /** One day, from midnight to midnight UTC. */
  | 'DAY'
  /** One hour, for example from 10:00 to 11:00. */
  | 'HOUR'
  /** One calendar month, from 00:00 UTC on its first day. */
  | 'MONTH'
  /** One week, from Monday 00:00 UTC to the next Monday 00:00 UTC. */
  | 'WEEK';

/** The input of the mutation `claimNextTask`. */
export type ClaimNextTaskInput = {
  /** The ID of the agent that will work on the task, for example `backend-1`. 1 to 128 characters. */
  agentId: string;
  /** The type of the agent, for example `backend`. The server chooses only tasks for this type. Default: all tasks. */
  agentType?: string | null | undefined;
  /** Only tasks in the epic with this key, for example `E07`. Default: all epics. */
  epicKey?: string | null | undefined;
  /** A unique text for this claim, for example a UUID. Up to 128 characters. If the response is lost, repeat the claim with this key to get the first result. After an error, you can reuse the key. Other clients can use the same key for their own claims. If no task was available, the key is not stored, and the same request can claim a task later. Default: none. */
  idempotencyKey?: string | null | undefined;
};

/** The input of the mutation `claimTask`. */
export type ClaimTaskInput = {
  /** The ID of the agent that will work on the task, for example `backend-1`. 1 to 128 characters. */
  agentId: string;
  /** The type of the agent, for example `backend`. If the task needs another type, the claim still succeeds, but `warnings` lists the types that fit. Default: none. */
  agentType?: string | null | undefined;
  /** A unique text for this claim, for example a UUID. Up to 128 characters. If the response is lost, repeat the claim with this key to get the first result. After an error, you can reuse the key. Other clients can use the same key for their own claims. Default: none. */
  idempotencyKey?: string | null | undefined;
  /** The key of the task, for example `T-E07-F20-001`. */
  taskKey: string;
};

/** The input of the mutation `createEpic`. */
export type CreateEpicInput = {
  /** The full description. Up to 10,000 characters. Default: none. */
  description?: string | null | undefined;
  /** The key of the epic, for example `E07`. Default: the next free key. */
  key?: string | null | undefined;
  /** The priority of the epic. Default: `MEDIUM`. */
  priority?: EpicPriority | null | undefined;
  /** A short title. 1 to 500 characters. */
  title: string;
};

/** The input of the mutation `createFeature`. */
export type CreateFeatureInput = {
  /** The full description. Up to 10,000 characters. Default: none. */
  description?: string | null | undefined;
  /** The key of the epic, for example `E07`. */
  epicKey: string;
  /** The planned position of the feature. Lower numbers come first. Default: none. */
  executionOrder?: number | null | undefined;
  /** The key of the feature, for example `E07-F20`. It must start with the epic key. Default: the next free key. */
  key?: string | null | undefined;
  /** A short title. 1 to 500 characters. */
  title: string;
};

/** The input of the mutation `createTask`. */
export type CreateTaskInput = {
  /** The planned type of agent, for example `backend`. Default: none. */
  agentType?: string | null | undefined;
  /** The keys of existing tasks that must be complete before `claimNextTask` chooses the new task. Default: none. */
  dependsOn?: Array<string> | null | undefined;
  /** The full description. Up to 10,000 characters. Default: none. */
  description?: string | null | undefined;
  /** The planned position of the task. Lower numbers come first. Default: none. */
  executionOrder?: number | null | undefined;
  /** The key of the feature, for example `E07-F20`. */
  featureKey: string;
  /** The key of the task, for example `T-E07-F20-001`. It must start with `T-` and the feature key. Default: the next free key. */
  key?: string | null | undefined;
  /** The priority of the task, from 1 (most urgent) to 10 (least urgent). Default: 5. */
  priority?: number | null | undefined;
  /** The status in which the task starts. It can be any workflow status. Default: the first start status. */
  status?: string | null | undefined;
  /** A short title. 1 to 500 characters. */
  title: string;
};

/** Which tasks a band of a cumulative flow diagram counts. */
export type CumulativeFlowBandKind =
  /** The tasks that are `blocked` or `on_hold`, in any phase. */
  | 'PAUSED'
  /** The tasks in one workflow phase, except `blocked` and `on_hold` tasks. */
  | 'PHASE'
  /** The tasks whose status the workflow does not define. */
  | 'UNKNOWN';

/** Whether a dependency holds up the task that depends on it. Only `UNFINISHED` does. */
export type DependencyState =
  /** The task ended without being completed, for example in `cancelled`. */
  | 'CANCELLED'
  /** The task was completed. */
  | 'COMPLETED'
  /** There is no task with this key. */
  | 'MISSING'
  /** The task depends on itself, which has no effect. */
  | 'SELF'
  /** The task has not ended yet. */
  | 'UNFINISHED';

/** The priority of an epic. */
export type EpicPriority =
  /** More urgent than most epics. */
  | 'HIGH'
  /** Less urgent than most epics. */
  | 'LOW'
  /** The normal urgency of an epic. */
  | 'MEDIUM';

/** The input of the mutation `finishTask`. */
export type FinishTaskInput = {
  /** What the agent did. Stored in the `notes` of the session. Up to 10,000 characters. Default: none. */
  notes?: string | null | undefined;
  /** The session in which the agent works, for example `TaskSession:42`. If it is already closed, the result is `SessionNotActiveError`. After a lost response, repeat the same call to get its first result, with `repeated: true`. Default: the open session of the task, if any. */
  sessionId?: string | null | undefined;
  /** The key of the task, for example `T-E07-F20-001`. */
  taskKey: string;
};

/** The input of the mutation `heartbeatSession`. */
export type HeartbeatSessionInput = {
  /** The ID of the session, for example `TaskSession:42`. */
  sessionId: string;
};

/** The direction in which a list is sorted. */
export type OrderDirection =
  /** Sort in ascending order: smallest or earliest first. */
  | 'ASC'
  /** Sort in descending order: largest or latest first. */
  | 'DESC';

/** The input of the mutation `rejectTask`. */
export type RejectTaskInput = {
  /** What is wrong with the work. Stored in the `notes` of the session and as a note on the task. 1 to 10,000 characters. */
  reason: string;
  /** The session in which the agent works, for example `TaskSession:42`. If it is already closed, the result is `SessionNotActiveError`. After a lost response, repeat the same call to get its first result, with `repeated: true`. Default: the open session of the task, if any. */
  sessionId?: string | null | undefined;
  /** The key of the task, for example `T-E07-F20-001`. */
  taskKey: string;
  /** The new status of the task. The workflow must allow it, and it must not be in a later phase. Default: an allowed status in the nearest earlier phase. */
  toStatus?: string | null | undefined;
};

/** How a task spent the time in a segment of its timeline. */
export type SegmentKind =
  /** The task was `blocked` or `on_hold`. */
  | 'BLOCKED'
  /** All other time. For example, the task is a draft, has an `in_*` status without a claim, or has an unknown status. */
  | 'IDLE'
  /** The task waited in a `ready_for_*` status for an agent to claim it. */
  | 'QUEUE'
  /** An agent repeated the work of a phase after a rejection. */
  | 'REWORK'
  /** An agent worked on the task in a session. Rework after a rejection is not included. */
  | 'WORK';

/** What happened to a session. */
export type SessionChangeKind =
  /** The session was closed: the work was finished, rejected, blocked or abandoned. */
  | 'CLOSED'
  /** The session was opened: an agent claimed the task. */
  | 'OPENED';

/** Selects sessions. A session must match every field that you pass. */
export type SessionFilter = {
  /** `true`: only open sessions. `false`: only ended sessions. */
  active?: boolean | null | undefined;
  /** Only sessions whose agent ID or agent type equals this text. */
  agent?: string | null | undefined;
  /** Only sessions of the agent with this ID, for example `backend-1`. */
  agentId?: string | null | undefined;
  /** Only sessions of agents of this type, for example `backend`. */
  agentType?: string | null | undefined;
  /** Only sessions that ended at or after this time. In analytics queries, the field `since` means the same. */
  endedSince?: string | null | undefined;
  /** Only sessions that ended before this time. In analytics queries, the field `until` means the same. */
  endedUntil?: string | null | undefined;
  /** Only sessions of tasks in the epic with this key, for example `E07`. */
  epicKey?: string | null | undefined;
  /** Only sessions of tasks in the feature with this key, for example `E07-F20`. */
  featureKey?: string | null | undefined;
  /** Only sessions that ended with this outcome. */
  outcome?: SessionOutcome | null | undefined;
  /** Only sessions in this workflow phase, for example `review`. */
  phase?: string | null | undefined;
  /** Only open sessions whose agent has sent no heartbeat for at least this long, for example `10m`. Without a heartbeat, the time counts from the session start. */
  silentFor?: string | null | undefined;
  /** Only sessions that started at or after this time. */
  since?: string | null | undefined;
  /** Only open sessions that started at least this long ago, for example `4h`. */
  staleAfter?: string | null | undefined;
  /** Only sessions of the task with this key, for example `T-E07-F20-001`. */
  taskKey?: string | null | undefined;
  /** Only sessions that started before this time. */
  until?: string | null | undefined;
};

/** How a list of sessions is sorted. */
export type SessionOrder = {
  /** The direction in which to sort. */
  direction: OrderDirection;
  /** The field to sort by. */
  field: SessionOrderField;
};

/** The fields by which a list of sessions can be sorted. */
export type SessionOrderField =
  /** Sort by the time when the session started. */
  | 'STARTED_AT';

/** How a session ended. */
export type SessionOutcome =
  /** The session was closed without a result, usually because the agent no longer responded. */
  | 'ABANDONED'
  /** The work could not continue, and the task moved to the status `blocked`. */
  | 'BLOCKED'
  /** The agent finished the work, and the task moved to its next status. */
  | 'COMPLETED'
  /** The agent rejected the work on the task, and the task moved back for rework. */
  | 'REJECTED';

/** Why a session is stale. */
export type StaleReason =
  /** The session has been open for the time `staleAfter` or longer. */
  | 'AGE'
  /** The agent has sent no heartbeat for the time `silentFor` or longer. */
  | 'SILENCE';

/** Selects tasks. A task must match every field that you pass. */
export type TaskFilter = {
  /** Only tasks planned for this type of agent, for example `backend`. */
  agentType?: string | null | undefined;
  /** Only tasks in the epic with this key, for example `E07`. */
  epicKey?: string | null | undefined;
  /** Only tasks in the feature with this key, for example `E07-F20`. */
  featureKey?: string | null | undefined;
  /** Only tasks whose status belongs to this workflow phase, for example `review`. */
  phase?: string | null | undefined;
  /** Only tasks in this status, for example `ready_for_development`. */
  status?: string | null | undefined;
};

/** Selects tasks and a time range of their history. A task must match every field that you pass. */
export type TaskHistoryFilter = {
  /** Only tasks in the epic with this key, for example `E07`. */
  epicKey?: string | null | undefined;
  /** Only tasks in the feature with this key, for example `E07-F20`. */
  featureKey?: string | null | undefined;
  /** The start of the time range (inclusive), not in the future. Default: the creation of the oldest selected task. */
  since?: string | null | undefined;
  /** The end of the time range (exclusive). A time in the future counts as now. Default: now. */
  until?: string | null | undefined;
};

/** The input of the mutation `unblockTask`. */
export type UnblockTaskInput = {
  /** The key of the task, for example `T-E07-F20-001`. */
  taskKey: string;
};

export type SessionPartsFragment = { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } };

export type NextPhasePartsFragment = { phase: string, status: string, agentTypes: Array<string> };

type ErrorParts_EpicNotFoundError_Fragment = { epicKey: string, message: string, suggestion: string | null };

type ErrorParts_FeatureNotFoundError_Fragment = { featureKey: string, message: string, suggestion: string | null };

type ErrorParts_IdempotencyKeyReusedError_Fragment = { idempotencyKey: string, message: string, suggestion: string | null };

type ErrorParts_InvalidInputError_Fragment = { field: string, message: string, suggestion: string | null };

type ErrorParts_InvalidTransitionError_Fragment = { currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null };

type ErrorParts_KeyTakenError_Fragment = { key: string, message: string, suggestion: string | null };

type ErrorParts_SessionNotActiveError_Fragment = { message: string, suggestion: string | null };

type ErrorParts_SessionNotFoundError_Fragment = { sessionId: string, message: string, suggestion: string | null };

type ErrorParts_StatusNotAllowedError_Fragment = { status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null };

type ErrorParts_TaskAlreadyClaimedError_Fragment = { message: string, suggestion: string | null };

type ErrorParts_TaskNotFoundError_Fragment = { taskKey: string, message: string, suggestion: string | null };

export type ErrorPartsFragment =
  | ErrorParts_EpicNotFoundError_Fragment
  | ErrorParts_FeatureNotFoundError_Fragment
  | ErrorParts_IdempotencyKeyReusedError_Fragment
  | ErrorParts_InvalidInputError_Fragment
  | ErrorParts_InvalidTransitionError_Fragment
  | ErrorParts_KeyTakenError_Fragment
  | ErrorParts_SessionNotActiveError_Fragment
  | ErrorParts_SessionNotFoundError_Fragment
  | ErrorParts_StatusNotAllowedError_Fragment
  | ErrorParts_TaskAlreadyClaimedError_Fragment
  | ErrorParts_TaskNotFoundError_Fragment
;

export type NotActiveErrorPartsFragment = { closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null };

export type ClaimTaskMutationVariables = Exact<{
  input: ClaimTaskInput;
}>;


export type ClaimTaskMutation = { claimTask:
    | { __typename: 'ClaimTaskPayload', previousStatus: string, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, assignedAgent: string | null }, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'IdempotencyKeyReusedError', idempotencyKey: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidTransitionError', currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'TaskAlreadyClaimedError', message: string, suggestion: string | null, activeSession: { id: string, agentId: string, startedAt: string } }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
   };

export type ClaimNextTaskMutationVariables = Exact<{
  input: ClaimNextTaskInput;
}>;


export type ClaimNextTaskMutation = { claimNextTask:
    | { __typename: 'ClaimNextTaskPayload', previousStatus: string | null, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, assignedAgent: string | null } | null, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'EpicNotFoundError', epicKey: string, message: string, suggestion: string | null }
    | { __typename: 'IdempotencyKeyReusedError', idempotencyKey: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
   };

export type HeartbeatSessionMutationVariables = Exact<{
  input: HeartbeatSessionInput;
}>;


export type HeartbeatSessionMutation = { heartbeatSession:
    | { __typename: 'HeartbeatSessionPayload', warnings: Array<string>, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }, task: { key: string, status: string, phase: string | null } }
    | { __typename: 'SessionNotActiveError', message: string, suggestion: string | null, closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null }
    | { __typename: 'SessionNotFoundError', sessionId: string, message: string, suggestion: string | null }
   };

export type FinishTaskMutationVariables = Exact<{
  input: FinishTaskInput;
}>;


export type FinishTaskMutation = { finishTask:
    | { __typename: 'FinishTaskPayload', previousStatus: string, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, assignedAgent: string | null }, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidTransitionError', currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'SessionNotActiveError', message: string, suggestion: string | null, closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null }
    | { __typename: 'SessionNotFoundError', sessionId: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
   };

export type RejectTaskMutationVariables = Exact<{
  input: RejectTaskInput;
}>;


export type RejectTaskMutation = { rejectTask:
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidTransitionError', currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'RejectTaskPayload', previousStatus: string, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, assignedAgent: string | null }, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'SessionNotActiveError', message: string, suggestion: string | null, closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null }
    | { __typename: 'SessionNotFoundError', sessionId: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
   };

export type BlockTaskMutationVariables = Exact<{
  input: BlockTaskInput;
}>;


export type BlockTaskMutation = { blockTask:
    | { __typename: 'BlockTaskPayload', previousStatus: string, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, blockedReason: string | null }, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidTransitionError', currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'SessionNotActiveError', message: string, suggestion: string | null, closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null }
    | { __typename: 'SessionNotFoundError', sessionId: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
   };

export type UnblockTaskMutationVariables = Exact<{
  input: UnblockTaskInput;
}>;


export type UnblockTaskMutation = { unblockTask:
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidTransitionError', currentStatus: string, allowedTransitions: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
    | { __typename: 'UnblockTaskPayload', previousStatus: string, warnings: Array<string>, task: { key: string, status: string, blockedReason: string | null }, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
   };

export type AbandonSessionMutationVariables = Exact<{
  input: AbandonSessionInput;
}>;


export type AbandonSessionMutation = { abandonSession:
    | { __typename: 'AbandonSessionPayload', previousStatus: string, repeated: boolean, warnings: Array<string>, task: { key: string, status: string, assignedAgent: string | null }, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, nextPhase: { phase: string, status: string, agentTypes: Array<string> } | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'SessionNotActiveError', message: string, suggestion: string | null, closedSession: { id: string, outcome: SessionOutcome | null, endedAt: string | null }, activeSession: { id: string, agentId: string, startedAt: string } | null }
    | { __typename: 'SessionNotFoundError', sessionId: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
   };

export type AbandonStaleSessionsMutationVariables = Exact<{
  input: AbandonStaleSessionsInput;
}>;


export type AbandonStaleSessionsMutation = { abandonStaleSessions:
    | { __typename: 'AbandonStaleSessionsPayload', remaining: number, skippedCount: number, aliveWithin: string, warnings: Array<string>, sessions: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }>, skipped: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }> }
    | { __typename: 'EpicNotFoundError', epicKey: string, message: string, suggestion: string | null }
    | { __typename: 'FeatureNotFoundError', featureKey: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'TaskNotFoundError', taskKey: string, message: string, suggestion: string | null }
   };

export type CreateEpicMutationVariables = Exact<{
  input: CreateEpicInput;
}>;


export type CreateEpicMutation = { createEpic:
    | { __typename: 'CreateEpicPayload', epic: { key: string, title: string, priority: string } }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'KeyTakenError', key: string, message: string, suggestion: string | null }
   };

export type CreateFeatureMutationVariables = Exact<{
  input: CreateFeatureInput;
}>;


export type CreateFeatureMutation = { createFeature:
    | { __typename: 'CreateFeaturePayload', feature: { key: string, title: string } }
    | { __typename: 'EpicNotFoundError', epicKey: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'KeyTakenError', key: string, message: string, suggestion: string | null }
   };

export type CreateTaskMutationVariables = Exact<{
  input: CreateTaskInput;
}>;


export type CreateTaskMutation = { createTask:
    | { __typename: 'CreateTaskPayload', task: { key: string, title: string, status: string, priority: number, dependsOn: Array<string> } }
    | { __typename: 'FeatureNotFoundError', featureKey: string, message: string, suggestion: string | null }
    | { __typename: 'InvalidInputError', field: string, message: string, suggestion: string | null }
    | { __typename: 'KeyTakenError', key: string, message: string, suggestion: string | null }
    | { __typename: 'StatusNotAllowedError', status: string, allowedStatuses: Array<string>, message: string, suggestion: string | null }
   };

export type SessionTurnedStaleSubscriptionVariables = Exact<{
  staleAfter?: string | null | undefined;
  silentFor?: string | null | undefined;
  after?: string | null | undefined;
  filter?: SessionFilter | null | undefined;
}>;


export type SessionTurnedStaleSubscription = { sessionTurnedStale: { cursor: string, reason: StaleReason, threshold: string, staleAt: string, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } } };

export type SessionChangedSubscriptionVariables = Exact<{
  filter?: SessionFilter | null | undefined;
}>;


export type SessionChangedSubscription = { sessionChanged: { change: SessionChangeKind, session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } } };

export type RecordPartsFragment = { history: Array<{ fromStatus: string | null, toStatus: string, agent: string | null, at: string | null, notes: string | null }>, notes: Array<{ type: string, content: string, createdBy: string | null, createdAt: string | null }> };

export type NextTaskQueryVariables = Exact<{
  agentType?: string | null | undefined;
  epicKey?: string | null | undefined;
}>;


export type NextTaskQuery = { nextTask: { key: string, title: string, status: string, phase: string | null, priority: number, dependencies: Array<{ key: string, status: string | null, state: DependencyState }> } | null };

export type TaskStoryQueryVariables = Exact<{
  key: string;
}>;


export type TaskStoryQuery = { task: { key: string, title: string, status: string, phase: string | null, assignedAgent: string | null, blockedReason: string | null, feature: { key: string, title: string, epic: { key: string, title: string } | null } | null, sessions: { totalCount: number, nodes: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, sessionSummary: { count: number, totalMinutes: number, completionRatePct: number | null }, activeSession: { id: string, agentId: string, startedAt: string } | null, history: Array<{ fromStatus: string | null, toStatus: string, agent: string | null, at: string | null, notes: string | null }>, notes: Array<{ type: string, content: string, createdBy: string | null, createdAt: string | null }> } | null };

export type TaskDetailsQueryVariables = Exact<{
  key: string;
  first?: number | null | undefined;
}>;


export type TaskDetailsQuery = { task: { key: string, title: string, description: string | null, status: string, phase: string | null, priority: number, executionOrder: number | null, agentType: string | null, assignedAgent: string | null, blockedReason: string | null, createdAt: string | null, startedAt: string | null, completedAt: string | null, feature: { key: string, title: string, epic: { key: string, title: string } | null } | null, dependencies: Array<{ key: string, status: string | null, state: DependencyState }>, activeSession: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null, sessions: { totalCount: number, nodes: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }> }, notes: Array<{ type: string, content: string, createdBy: string | null, createdAt: string | null }> } | null };

export type DependencyPartsFragment = { key: string, status: string | null, state: DependencyState };

export type TaskSessionsQueryVariables = Exact<{
  key: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskSessionsQuery = { task: { key: string, title: string, status: string, phase: string | null, sessionSummary: { count: number, totalMinutes: number, completionRatePct: number | null }, sessions: { totalCount: number, nodes: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TaskHistoryQueryVariables = Exact<{
  key: string;
}>;


export type TaskHistoryQuery = { task: { key: string, title: string, status: string, phase: string | null, history: Array<{ fromStatus: string | null, toStatus: string, agent: string | null, at: string | null, notes: string | null }>, notes: Array<{ type: string, content: string, createdBy: string | null, createdAt: string | null }> } | null };

export type SessionsQueryVariables = Exact<{
  filter?: SessionFilter | null | undefined;
  orderBy?: SessionOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionsQuery = { sessions: { totalCount: number, nodes: Array<{ id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SessionQueryVariables = Exact<{
  id: string;
}>;


export type SessionQuery = { session: { id: string, agentId: string, agentType: string | null, phase: string, startedAt: string, lastHeartbeatAt: string | null, endedAt: string | null, outcome: SessionOutcome | null, notes: string | null, durationMinutes: number | null, elapsedMinutes: number, isActive: boolean, task: { key: string, title: string, status: string, phase: string | null } } | null };

export type TasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TasksQuery = { tasks: { totalCount: number, nodes: Array<{ id: string, key: string, title: string, status: string, phase: string | null, priority: number, assignedAgent: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type BoardQueryVariables = Exact<{ [key: string]: never; }>;


export type BoardQuery = { epics: Array<{ key: string, title: string, features: Array<{ key: string, title: string }> }> };

export type StatusQueryVariables = Exact<{ [key: string]: never; }>;


export type StatusQuery = { status: { version: string, isReady: boolean, failedChecks: Array<string>, openSessionCount: number, staleSessionCount: number, tasks: Array<{ phase: string | null, count: number }> } };

export type WorkflowQueryVariables = Exact<{ [key: string]: never; }>;


export type WorkflowQuery = { workflow: { phases: Array<string>, statuses: Array<{ name: string, phase: string, agentTypes: Array<string>, description: string | null, isStart: boolean, isTerminal: boolean, staleAfter: string | null, transitions: Array<string> }> } };

export type PhaseDurationsQueryVariables = Exact<{
  filter?: AnalyticsFilter | null | undefined;
}>;


export type PhaseDurationsQuery = { phaseDurations: Array<{ phase: string, sessionCount: number, activeCount: number, avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null, firstPass: { taskCount: number, passedCount: number, yieldPct: number | null } }> };

export type AgentPerformanceQueryVariables = Exact<{
  filter?: AnalyticsFilter | null | undefined;
}>;


export type AgentPerformanceQuery = { agentPerformance: Array<{ agentId: string, agentType: string | null, totalSessions: number, activeSessions: number, avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null, rework: { count: number, ratePct: number | null } }> };

export type PhaseDurationTrendQueryVariables = Exact<{
  filter?: AnalyticsFilter | null | undefined;
  bucket: Bucket;
}>;


export type PhaseDurationTrendQuery = { phaseDurationTrend: Array<{ since: string, until: string, isComplete: boolean, phases: Array<{ phase: string, sessionCount: number, avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null }> }> };

export type CompareQueryVariables = Exact<{
  filter: AnalyticsFilter;
}>;


export type CompareQuery = { compare: { current: { since: string, until: string }, previous: { since: string, until: string }, phases: Array<{ phase: string, sessionCountChange: number, avgDurationMinutesChange: number | null, medianMinutesChange: number | null, p90MinutesChange: number | null, rejectionRatePctChange: number | null, completionRatePctChange: number | null, current: { sessionCount: number, avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null }, previous: { sessionCount: number, avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null } }> } };

type Statistics_AgentPerformance_Fragment = { avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null };

type Statistics_PhaseDuration_Fragment = { avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null };

type Statistics_PhaseStatistics_Fragment = { avgDurationMinutes: number | null, medianMinutes: number | null, p50Minutes: number | null, p85Minutes: number | null, p90Minutes: number | null, p95Minutes: number | null, p99Minutes: number | null, totalMinutes: number, completedCount: number, rejectedCount: number, blockedCount: number, abandonedCount: number, rejectionRatePct: number | null, completionRatePct: number | null, abandonedRatePct: number | null };

export type StatisticsFragment =
  | Statistics_AgentPerformance_Fragment
  | Statistics_PhaseDuration_Fragment
  | Statistics_PhaseStatistics_Fragment
;

export type DurationStatisticsPartsFragment = { count: number, totalMinutes: number, averageMinutes: number | null, medianMinutes: number | null, p85Minutes: number | null, p90Minutes: number | null };

export type PhaseFlowQueryVariables = Exact<{
  filter?: AnalyticsFilter | null | undefined;
  longest?: number;
}>;


export type PhaseFlowQuery = { phaseFlow: Array<{ phase: string, taskCount: number, totalMinutes: number, queueMinutes: number, workMinutes: number, reworkMinutes: number, blockedMinutes: number, idleMinutes: number, flowEfficiencyPct: number | null, sessionCount: number, waitingNow: number, queueTime: { count: number, totalMinutes: number, averageMinutes: number | null, medianMinutes: number | null, p85Minutes: number | null, p90Minutes: number | null }, touchTime: { count: number, totalMinutes: number, averageMinutes: number | null, medianMinutes: number | null, p85Minutes: number | null, p90Minutes: number | null }, sessions: { totalCount: number, nodes: Array<{ id: string, durationMinutes: number | null }> }, longestWaits: Array<{ since: string, until: string, minutes: number, task: { key: string } | null }> }> };

export type BottlenecksQueryVariables = Exact<{
  filter?: AnalyticsFilter | null | undefined;
}>;


export type BottlenecksQuery = { bottlenecks: Array<{ rank: number, phase: string, sentence: string, minutesPerTask: number, sharePct: number, flow: { taskCount: number, totalMinutes: number } }> };

export type TaskFlowQueryVariables = Exact<{
  key: string;
}>;


export type TaskFlowQuery = { task: { key: string, status: string, flow: { elapsedMinutes: number, elapsed: string, queueMinutes: number, workMinutes: number, reworkMinutes: number, blockedMinutes: number, idleMinutes: number, flowEfficiencyPct: number | null, isComplete: boolean, segments: Array<{ kind: SegmentKind, phase: string, since: string, until: string | null, minutes: number, duration: string, session: { id: string, durationMinutes: number | null } | null }> } | null } | null };

export type AgingWorkQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  startedOnly?: boolean;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgingWorkQuery = { agingWork: { totalCount: number, nodes: Array<{ ageMinutes: number | null, phase: string | null, phaseMinutes: number | null, percentile: number | null, isPaused: boolean, task: { key: string, title: string, status: string }, activeSession: { id: string, agentId: string, startedAt: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ThroughputQueryVariables = Exact<{
  filter?: TaskHistoryFilter | null | undefined;
  bucket?: Bucket;
}>;


export type ThroughputQuery = { throughput: Array<{ since: string, until: string, created: number, completed: number, cancelled: number, reopened: number, reworked: number }> };

export type CumulativeFlowQueryVariables = Exact<{
  filter?: TaskHistoryFilter | null | undefined;
  bucket?: Bucket;
}>;


export type CumulativeFlowQuery = { cumulativeFlow: Array<{ since: string, until: string, total: number, bands: Array<{ kind: CumulativeFlowBandKind, phase: string | null, taskCount: number }> }> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const SessionPartsFragmentDoc = new TypedDocumentString(`
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
    `, {"fragmentName":"SessionParts"}) as unknown as TypedDocumentString<SessionPartsFragment, unknown>;
export const NextPhasePartsFragmentDoc = new TypedDocumentString(`
    fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
    `, {"fragmentName":"NextPhaseParts"}) as unknown as TypedDocumentString<NextPhasePartsFragment, unknown>;
export const ErrorPartsFragmentDoc = new TypedDocumentString(`
    fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
    `, {"fragmentName":"ErrorParts"}) as unknown as TypedDocumentString<ErrorPartsFragment, unknown>;
export const NotActiveErrorPartsFragmentDoc = new TypedDocumentString(`
    fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}
    `, {"fragmentName":"NotActiveErrorParts"}) as unknown as TypedDocumentString<NotActiveErrorPartsFragment, unknown>;
export const RecordPartsFragmentDoc = new TypedDocumentString(`
    fragment RecordParts on Task {
  history {
    fromStatus
    toStatus
    agent
    at
    notes
  }
  notes {
    type
    content
    createdBy
    createdAt
  }
}
    `, {"fragmentName":"RecordParts"}) as unknown as TypedDocumentString<RecordPartsFragment, unknown>;
export const DependencyPartsFragmentDoc = new TypedDocumentString(`
    fragment DependencyParts on TaskDependency {
  key
  status
  state
}
    `, {"fragmentName":"DependencyParts"}) as unknown as TypedDocumentString<DependencyPartsFragment, unknown>;
export const StatisticsFragmentDoc = new TypedDocumentString(`
    fragment Statistics on SessionStatistics {
  avgDurationMinutes
  medianMinutes
  p50Minutes
  p85Minutes
  p90Minutes
  p95Minutes
  p99Minutes
  totalMinutes
  completedCount
  rejectedCount
  blockedCount
  abandonedCount
  rejectionRatePct
  completionRatePct
  abandonedRatePct
}
    `, {"fragmentName":"Statistics"}) as unknown as TypedDocumentString<StatisticsFragment, unknown>;
export const DurationStatisticsPartsFragmentDoc = new TypedDocumentString(`
    fragment DurationStatisticsParts on DurationStatistics {
  count
  totalMinutes
  averageMinutes
  medianMinutes
  p85Minutes
  p90Minutes
}
    `, {"fragmentName":"DurationStatisticsParts"}) as unknown as TypedDocumentString<DurationStatisticsPartsFragment, unknown>;
export const ClaimTaskDocument = new TypedDocumentString(`
    mutation ClaimTask($input: ClaimTaskInput!) {
  claimTask(input: $input) {
    __typename
    ... on ClaimTaskPayload {
      task {
        key
        status
        assignedAgent
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ... on TaskAlreadyClaimedError {
      activeSession {
        id
        agentId
        startedAt
      }
    }
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<ClaimTaskMutation, ClaimTaskMutationVariables>;
export const ClaimNextTaskDocument = new TypedDocumentString(`
    mutation ClaimNextTask($input: ClaimNextTaskInput!) {
  claimNextTask(input: $input) {
    __typename
    ... on ClaimNextTaskPayload {
      task {
        key
        status
        assignedAgent
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<ClaimNextTaskMutation, ClaimNextTaskMutationVariables>;
export const HeartbeatSessionDocument = new TypedDocumentString(`
    mutation HeartbeatSession($input: HeartbeatSessionInput!) {
  heartbeatSession(input: $input) {
    __typename
    ... on HeartbeatSessionPayload {
      session {
        ...SessionParts
      }
      task {
        key
        status
        phase
      }
      warnings
    }
    ...NotActiveErrorParts
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}`) as unknown as TypedDocumentString<HeartbeatSessionMutation, HeartbeatSessionMutationVariables>;
export const FinishTaskDocument = new TypedDocumentString(`
    mutation FinishTask($input: FinishTaskInput!) {
  finishTask(input: $input) {
    __typename
    ... on FinishTaskPayload {
      task {
        key
        status
        assignedAgent
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ...NotActiveErrorParts
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}`) as unknown as TypedDocumentString<FinishTaskMutation, FinishTaskMutationVariables>;
export const RejectTaskDocument = new TypedDocumentString(`
    mutation RejectTask($input: RejectTaskInput!) {
  rejectTask(input: $input) {
    __typename
    ... on RejectTaskPayload {
      task {
        key
        status
        assignedAgent
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ...NotActiveErrorParts
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}`) as unknown as TypedDocumentString<RejectTaskMutation, RejectTaskMutationVariables>;
export const BlockTaskDocument = new TypedDocumentString(`
    mutation BlockTask($input: BlockTaskInput!) {
  blockTask(input: $input) {
    __typename
    ... on BlockTaskPayload {
      task {
        key
        status
        blockedReason
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ...NotActiveErrorParts
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}`) as unknown as TypedDocumentString<BlockTaskMutation, BlockTaskMutationVariables>;
export const UnblockTaskDocument = new TypedDocumentString(`
    mutation UnblockTask($input: UnblockTaskInput!) {
  unblockTask(input: $input) {
    __typename
    ... on UnblockTaskPayload {
      task {
        key
        status
        blockedReason
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      warnings
    }
    ...ErrorParts
  }
}
    fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<UnblockTaskMutation, UnblockTaskMutationVariables>;
export const AbandonSessionDocument = new TypedDocumentString(`
    mutation AbandonSession($input: AbandonSessionInput!) {
  abandonSession(input: $input) {
    __typename
    ... on AbandonSessionPayload {
      task {
        key
        status
        assignedAgent
      }
      session {
        ...SessionParts
      }
      previousStatus
      nextPhase {
        ...NextPhaseParts
      }
      repeated
      warnings
    }
    ...NotActiveErrorParts
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment NextPhaseParts on NextPhase {
  phase
  status
  agentTypes
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}
fragment NotActiveErrorParts on SessionNotActiveError {
  closedSession {
    id
    outcome
    endedAt
  }
  activeSession {
    id
    agentId
    startedAt
  }
}`) as unknown as TypedDocumentString<AbandonSessionMutation, AbandonSessionMutationVariables>;
export const AbandonStaleSessionsDocument = new TypedDocumentString(`
    mutation AbandonStaleSessions($input: AbandonStaleSessionsInput!) {
  abandonStaleSessions(input: $input) {
    __typename
    ... on AbandonStaleSessionsPayload {
      sessions {
        ...SessionParts
      }
      remaining
      skipped {
        ...SessionParts
      }
      skippedCount
      aliveWithin
      warnings
    }
    ...ErrorParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<AbandonStaleSessionsMutation, AbandonStaleSessionsMutationVariables>;
export const CreateEpicDocument = new TypedDocumentString(`
    mutation CreateEpic($input: CreateEpicInput!) {
  createEpic(input: $input) {
    __typename
    ... on CreateEpicPayload {
      epic {
        key
        title
        priority
      }
    }
    ...ErrorParts
  }
}
    fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<CreateEpicMutation, CreateEpicMutationVariables>;
export const CreateFeatureDocument = new TypedDocumentString(`
    mutation CreateFeature($input: CreateFeatureInput!) {
  createFeature(input: $input) {
    __typename
    ... on CreateFeaturePayload {
      feature {
        key
        title
      }
    }
    ...ErrorParts
  }
}
    fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<CreateFeatureMutation, CreateFeatureMutationVariables>;
export const CreateTaskDocument = new TypedDocumentString(`
    mutation CreateTask($input: CreateTaskInput!) {
  createTask(input: $input) {
    __typename
    ... on CreateTaskPayload {
      task {
        key
        title
        status
        priority
        dependsOn
      }
    }
    ...ErrorParts
  }
}
    fragment ErrorParts on Error {
  message
  suggestion
  ... on InvalidInputError {
    field
  }
  ... on TaskNotFoundError {
    taskKey
  }
  ... on FeatureNotFoundError {
    featureKey
  }
  ... on EpicNotFoundError {
    epicKey
  }
  ... on KeyTakenError {
    key
  }
  ... on SessionNotFoundError {
    sessionId
  }
  ... on IdempotencyKeyReusedError {
    idempotencyKey
  }
  ... on InvalidTransitionError {
    currentStatus
    allowedTransitions
  }
  ... on StatusNotAllowedError {
    status
    allowedStatuses
  }
}`) as unknown as TypedDocumentString<CreateTaskMutation, CreateTaskMutationVariables>;
export const SessionTurnedStaleDocument = new TypedDocumentString(`
    subscription SessionTurnedStale($staleAfter: Duration, $silentFor: Duration, $after: String, $filter: SessionFilter) {
  sessionTurnedStale(
    staleAfter: $staleAfter
    silentFor: $silentFor
    after: $after
    filter: $filter
  ) {
    cursor
    reason
    threshold
    staleAt
    session {
      ...SessionParts
    }
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}`) as unknown as TypedDocumentString<SessionTurnedStaleSubscription, SessionTurnedStaleSubscriptionVariables>;
export const SessionChangedDocument = new TypedDocumentString(`
    subscription SessionChanged($filter: SessionFilter) {
  sessionChanged(filter: $filter) {
    change
    session {
      ...SessionParts
    }
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}`) as unknown as TypedDocumentString<SessionChangedSubscription, SessionChangedSubscriptionVariables>;
export const NextTaskDocument = new TypedDocumentString(`
    query NextTask($agentType: String, $epicKey: String) {
  nextTask(agentType: $agentType, epicKey: $epicKey) {
    key
    title
    status
    phase
    priority
    dependencies {
      ...DependencyParts
    }
  }
}
    fragment DependencyParts on TaskDependency {
  key
  status
  state
}`) as unknown as TypedDocumentString<NextTaskQuery, NextTaskQueryVariables>;
export const TaskStoryDocument = new TypedDocumentString(`
    query TaskStory($key: String!) {
  task(key: $key) {
    key
    title
    status
    phase
    assignedAgent
    blockedReason
    feature {
      key
      title
      epic {
        key
        title
      }
    }
    sessions(first: 100) {
      totalCount
      nodes {
        ...SessionParts
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    sessionSummary {
      count
      totalMinutes
      completionRatePct
    }
    activeSession {
      id
      agentId
      startedAt
    }
    ...RecordParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment RecordParts on Task {
  history {
    fromStatus
    toStatus
    agent
    at
    notes
  }
  notes {
    type
    content
    createdBy
    createdAt
  }
}`) as unknown as TypedDocumentString<TaskStoryQuery, TaskStoryQueryVariables>;
export const TaskDetailsDocument = new TypedDocumentString(`
    query TaskDetails($key: String!, $first: Int) {
  task(key: $key) {
    key
    title
    description
    status
    phase
    priority
    executionOrder
    agentType
    assignedAgent
    blockedReason
    createdAt
    startedAt
    completedAt
    feature {
      key
      title
      epic {
        key
        title
      }
    }
    dependencies {
      ...DependencyParts
    }
    activeSession {
      ...SessionParts
    }
    sessions(first: $first) {
      totalCount
      nodes {
        ...SessionParts
      }
    }
    notes {
      type
      content
      createdBy
      createdAt
    }
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}
fragment DependencyParts on TaskDependency {
  key
  status
  state
}`) as unknown as TypedDocumentString<TaskDetailsQuery, TaskDetailsQueryVariables>;
export const TaskSessionsDocument = new TypedDocumentString(`
    query TaskSessions($key: String!, $first: Int, $after: String) {
  task(key: $key) {
    key
    title
    status
    phase
    sessionSummary {
      count
      totalMinutes
      completionRatePct
    }
    sessions(first: $first, after: $after) {
      totalCount
      nodes {
        ...SessionParts
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}`) as unknown as TypedDocumentString<TaskSessionsQuery, TaskSessionsQueryVariables>;
export const TaskHistoryDocument = new TypedDocumentString(`
    query TaskHistory($key: String!) {
  task(key: $key) {
    key
    title
    status
    phase
    ...RecordParts
  }
}
    fragment RecordParts on Task {
  history {
    fromStatus
    toStatus
    agent
    at
    notes
  }
  notes {
    type
    content
    createdBy
    createdAt
  }
}`) as unknown as TypedDocumentString<TaskHistoryQuery, TaskHistoryQueryVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions($filter: SessionFilter, $orderBy: SessionOrder, $first: Int, $after: String) {
  sessions(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    nodes {
      ...SessionParts
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}`) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const SessionDocument = new TypedDocumentString(`
    query Session($id: ID!) {
  session(id: $id) {
    ...SessionParts
  }
}
    fragment SessionParts on TaskSession {
  id
  task {
    key
    title
    status
    phase
  }
  agentId
  agentType
  phase
  startedAt
  lastHeartbeatAt
  endedAt
  outcome
  notes
  durationMinutes
  elapsedMinutes
  isActive
}`) as unknown as TypedDocumentString<SessionQuery, SessionQueryVariables>;
export const TasksDocument = new TypedDocumentString(`
    query Tasks($filter: TaskFilter, $first: Int, $after: String) {
  tasks(filter: $filter, first: $first, after: $after) {
    totalCount
    nodes {
      id
      key
      title
      status
      phase
      priority
      assignedAgent
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<TasksQuery, TasksQueryVariables>;
export const BoardDocument = new TypedDocumentString(`
    query Board {
  epics {
    key
    title
    features {
      key
      title
    }
  }
}
    `) as unknown as TypedDocumentString<BoardQuery, BoardQueryVariables>;
export const StatusDocument = new TypedDocumentString(`
    query Status {
  status {
    version
    isReady
    failedChecks
    tasks {
      phase
      count
    }
    openSessionCount
    staleSessionCount
  }
}
    `) as unknown as TypedDocumentString<StatusQuery, StatusQueryVariables>;
export const WorkflowDocument = new TypedDocumentString(`
    query Workflow {
  workflow {
    phases
    statuses {
      name
      phase
      agentTypes
      description
      isStart
      isTerminal
      staleAfter
      transitions
    }
  }
}
    `) as unknown as TypedDocumentString<WorkflowQuery, WorkflowQueryVariables>;
export const PhaseDurationsDocument = new TypedDocumentString(`
    query PhaseDurations($filter: AnalyticsFilter) {
  phaseDurations(filter: $filter) {
    phase
    sessionCount
    activeCount
    ...Statistics
    firstPass {
      taskCount
      passedCount
      yieldPct
    }
  }
}
    fragment Statistics on SessionStatistics {
  avgDurationMinutes
  medianMinutes
  p50Minutes
  p85Minutes
  p90Minutes
  p95Minutes
  p99Minutes
  totalMinutes
  completedCount
  rejectedCount
  blockedCount
  abandonedCount
  rejectionRatePct
  completionRatePct
  abandonedRatePct
}`) as unknown as TypedDocumentString<PhaseDurationsQuery, PhaseDurationsQueryVariables>;
export const AgentPerformanceDocument = new TypedDocumentString(`
    query AgentPerformance($filter: AnalyticsFilter) {
  agentPerformance(filter: $filter) {
    agentId
    agentType
    totalSessions
    activeSessions
    ...Statistics
    rework {
      count
      ratePct
    }
  }
}
    fragment Statistics on SessionStatistics {
  avgDurationMinutes
  medianMinutes
  p50Minutes
  p85Minutes
  p90Minutes
  p95Minutes
  p99Minutes
  totalMinutes
  completedCount
  rejectedCount
  blockedCount
  abandonedCount
  rejectionRatePct
  completionRatePct
  abandonedRatePct
}`) as unknown as TypedDocumentString<AgentPerformanceQuery, AgentPerformanceQueryVariables>;
export const PhaseDurationTrendDocument = new TypedDocumentString(`
    query PhaseDurationTrend($filter: AnalyticsFilter, $bucket: Bucket!) {
  phaseDurationTrend(filter: $filter, bucket: $bucket) {
    since
    until
    isComplete
    phases {
      phase
      sessionCount
      ...Statistics
    }
  }
}
    fragment Statistics on SessionStatistics {
  avgDurationMinutes
  medianMinutes
  p50Minutes
  p85Minutes
  p90Minutes
  p95Minutes
  p99Minutes
  totalMinutes
  completedCount
  rejectedCount
  blockedCount
  abandonedCount
  rejectionRatePct
  completionRatePct
  abandonedRatePct
}`) as unknown as TypedDocumentString<PhaseDurationTrendQuery, PhaseDurationTrendQueryVariables>;
export const CompareDocument = new TypedDocumentString(`
    query Compare($filter: AnalyticsFilter!) {
  compare(filter: $filter) {
    current {
      since
      until
    }
    previous {
      since
      until
    }
    phases {
      phase
      current {
        sessionCount
        ...Statistics
      }
      previous {
        sessionCount
        ...Statistics
      }
      sessionCountChange
      avgDurationMinutesChange
      medianMinutesChange
      p90MinutesChange
      rejectionRatePctChange
      completionRatePctChange
    }
  }
}
    fragment Statistics on SessionStatistics {
  avgDurationMinutes
  medianMinutes
  p50Minutes
  p85Minutes
  p90Minutes
  p95Minutes
  p99Minutes
  totalMinutes
  completedCount
  rejectedCount
  blockedCount
  abandonedCount
  rejectionRatePct
  completionRatePct
  abandonedRatePct
}`) as unknown as TypedDocumentString<CompareQuery, CompareQueryVariables>;
export const PhaseFlowDocument = new TypedDocumentString(`
    query PhaseFlow($filter: AnalyticsFilter, $longest: Int! = 10) {
  phaseFlow(filter: $filter) {
    phase
    taskCount
    queueTime {
      ...DurationStatisticsParts
    }
    touchTime {
      ...DurationStatisticsParts
    }
    totalMinutes
    queueMinutes
    workMinutes
    reworkMinutes
    blockedMinutes
    idleMinutes
    flowEfficiencyPct
    sessionCount
    waitingNow
    sessions {
      totalCount
      nodes {
        id
        durationMinutes
      }
    }
    longestWaits(first: $longest) {
      task {
        key
      }
      since
      until
      minutes
    }
  }
}
    fragment DurationStatisticsParts on DurationStatistics {
  count
  totalMinutes
  averageMinutes
  medianMinutes
  p85Minutes
  p90Minutes
}`) as unknown as TypedDocumentString<PhaseFlowQuery, PhaseFlowQueryVariables>;
export const BottlenecksDocument = new TypedDocumentString(`
    query Bottlenecks($filter: AnalyticsFilter) {
  bottlenecks(filter: $filter) {
    rank
    phase
    sentence
    minutesPerTask
    sharePct
    flow {
      taskCount
      totalMinutes
    }
  }
}
    `) as unknown as TypedDocumentString<BottlenecksQuery, BottlenecksQueryVariables>;
export const TaskFlowDocument = new TypedDocumentString(`
    query TaskFlow($key: String!) {
  task(key: $key) {
    key
    status
    flow {
      elapsedMinutes
      elapsed
      queueMinutes
      workMinutes
      reworkMinutes
      blockedMinutes
      idleMinutes
      flowEfficiencyPct
      isComplete
      segments {
        kind
        phase
        since
        until
        minutes
        duration
        session {
          id
          durationMinutes
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TaskFlowQuery, TaskFlowQueryVariables>;
export const AgingWorkDocument = new TypedDocumentString(`
    query AgingWork($filter: TaskFilter, $startedOnly: Boolean! = false, $first: Int, $after: String) {
  agingWork(
    filter: $filter
    startedOnly: $startedOnly
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      task {
        key
        title
        status
      }
      ageMinutes
      phase
      phaseMinutes
      percentile
      isPaused
      activeSession {
        id
        agentId
        startedAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AgingWorkQuery, AgingWorkQueryVariables>;
export const ThroughputDocument = new TypedDocumentString(`
    query Throughput($filter: TaskHistoryFilter, $bucket: Bucket! = DAY) {
  throughput(filter: $filter, bucket: $bucket) {
    since
    until
    created
    completed
    cancelled
    reopened
    reworked
  }
}
    `) as unknown as TypedDocumentString<ThroughputQuery, ThroughputQueryVariables>;
export const CumulativeFlowDocument = new TypedDocumentString(`
    query CumulativeFlow($filter: TaskHistoryFilter, $bucket: Bucket! = DAY) {
  cumulativeFlow(filter: $filter, bucket: $bucket) {
    since
    until
    total
    bands {
      kind
      phase
      taskCount
    }
  }
}
    `) as unknown as TypedDocumentString<CumulativeFlowQuery, CumulativeFlowQueryVariables>;