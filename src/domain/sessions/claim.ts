import { databaseTime } from '../../db/sqlite/database-time.ts';
import { agentTypeFits, claimTarget, finishTarget } from '../workflow/transitions.ts';
import type { Status, Workflow } from '../workflow/workflow.ts';
import { closeSession } from './close-session.ts';
import { dependencyWarnings } from '../tasks/dependencies.ts';
import { findTask, type FoundTask } from '../tasks/find.ts';
import type { Task } from '../tasks/task.ts';
import { findActiveSession } from './find.ts';
import { openSession } from './open-session.ts';
import type { TaskSession } from './session.ts';
import { checkIdempotencyKey, type ClaimRequest, recall, remember } from './idempotency.ts';
import { checkMayClaimFor, checkMayTakeOverFrom } from '../actor.ts';
import { checkOptionalText, checkTaskKey, checkText, limits } from '../input.ts';
import { moveTask } from '../tasks/move-task.ts';
import { suggestedNextStep } from '../tasks/suggested-next-step.ts';
import type { Operation } from '../operation.ts';
import { InvalidTransitionError, TaskAlreadyClaimedError } from '../errors.ts';
import { alreadyEnded, type LifecycleResult, sessionNotRecorded } from './result.ts';

/** The agent that claims. */
export interface Agent {
  agentId: string;
  agentType: string | null;
}

export interface AgentParams {
  agentId: string;
  agentType?: string | null | undefined;
}

export interface ClaimParams extends AgentParams {
  taskKey: string;
  /** A key that the client chooses. If the client repeats the claim with this key, it gets the first result again. */
  idempotencyKey?: string | null | undefined;
}

/**
 * Claims a task for an agent: moves the task to its work status and opens a session. Throws InvalidInputError,
 * TaskNotFoundError, TaskAlreadyClaimedError, InvalidTransitionError, StatusNotAllowedError, IdempotencyKeyReusedError,
 * ForbiddenError.
 */
export async function claimTask(operation: Operation, params: ClaimParams): Promise<LifecycleResult> {
  const agent = checkAgent(operation, params);
  const taskKey = checkTaskKey(params.taskKey);
  const request: ClaimRequest = {
    idempotencyKey: checkIdempotencyKey(params.idempotencyKey),
    operation: 'claimTask',
    input: { taskKey, ...agent },
  };
  const before = await recall(operation, request);
  if (before !== undefined) return claimedBefore(operation, before.session, before.warnings);

  const task = await findTask(operation, taskKey);
  return remember(operation, request, await claim(operation, task, agent));
}

/** Throws InvalidInputError, ForbiddenError. */
export function checkAgent({ actor }: Operation, params: AgentParams): Agent {
  const agent = {
    agentId: checkText('agentId', params.agentId, limits.agent),
    agentType: checkOptionalText('agentType', params.agentType, limits.agent),
  };
  checkMayClaimFor(actor, agent.agentId);
  return agent;
}

/** Claims a task for an agent. `task` must have been read in the same transaction. */
export async function claim(
  operation: Operation,
  task: FoundTask,
  { agentId, agentType }: Agent,
): Promise<LifecycleResult> {
  const { workflow, tables, now, actor } = operation;
  const warnings: string[] = [];

  const target = claimTarget(workflow, task.status);
  if (target === undefined) throw notClaimable(operation, task);

  const holder = task.activeSessionId === null ? null : await findActiveSession(operation, task.id);
  if (holder !== null) {
    // In this status, an open session means that an agent is working on the task.
    if (target === task.status) throw new TaskAlreadyClaimedError(holder);
    // Another program moved the task back to a queue while the session was open.
    await closeSession(operation, holder, {
      outcome: 'abandoned',
      notes: `The task was waiting in ${task.status} while this session was still open`,
      closedFrom: task.status,
      closedTo: task.status,
    });
    warnings.push(
      `The open session of agent '${holder.agentId}' was closed as abandoned, because the task was waiting in ${task.status}`,
    );
  }

  // Without a table of sessions, only `assigned_agent` shows that an agent works on a task.
  if (!tables.hasTaskSessions && target === task.status && task.assignedAgent !== null)
    checkMayTakeOverFrom(actor, task.assignedAgent, task.key);

  const status = workflow.statuses.get(task.status);
  if (agentType !== null && status !== undefined && !agentTypeFits(status, agentType))
    warnings.push(
      `Agent type '${agentType}' is not one of the agent types of ${task.status}: ${status.agentTypes.join(', ')}`,
    );
  warnings.push(...(await dependencyWarnings(operation, task)));

  const claimed = await moveTask(operation, task, {
    to: target,
    agent: agentId,
    notes: null,
    changes: {
      assigned_agent: agentId,
      ...(task.startedAt === null ? { started_at: databaseTime(now) } : {}),
    },
  });

  let session: TaskSession | null = null;
  if (tables.hasTaskSessions)
    session = await openSession(operation, {
      taskId: task.id,
      agentId,
      agentType,
      phase: workflow.statuses.get(target)?.phase ?? 'any',
      claimedFrom: task.status,
      claimedTo: target,
    });
  else warnings.push(sessionNotRecorded);

  return {
    task: claimed,
    session,
    previousStatus: task.status,
    next: after(workflow, target),
    repeated: false,
    warnings,
  };
}

/** Rebuilds the result of an earlier claim from the session that the claim opened. */
export function claimedBefore(
  { workflow }: Operation,
  session: TaskSession & { task: Task },
  warnings: string[],
): LifecycleResult {
  return {
    task: session.task,
    session,
    previousStatus: session.claimedFrom,
    next: after(workflow, session.claimedTo),
    repeated: true,
    warnings: session.endedAt === null ? warnings : [...warnings, alreadyEnded(session)],
  };
}

/** Returns the status to which a finish would move the task, or null if there is none. */
function after(workflow: Workflow, status: string): Status | null {
  const finish = finishTarget(workflow, status);
  return finish === undefined ? null : (workflow.statuses.get(finish) ?? null);
}

function notClaimable({ workflow }: Operation, { key, status }: Task): InvalidTransitionError {
  const transitions = workflow.statuses.get(status)?.transitions ?? [];
  return new InvalidTransitionError({
    message: `Task ${key} cannot be claimed in status '${status}'`,
    suggestion: suggestedNextStep(workflow, status),
    currentStatus: status,
    allowedTransitions: transitions.filter((to) => claimTarget(workflow, to) !== undefined),
  });
}
