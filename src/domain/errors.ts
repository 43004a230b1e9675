import type { TaskSession } from '../db/generated/prisma/client.ts';

/**
 * What an operation answers when it does not do what was asked, for a reason the caller can act on. A refusal is
 * thrown, so that nothing of the operation remains, and reaches the client as data.
 */
export abstract class OperationError extends Error {
  readonly suggestion: string | null;

  constructor(message: string, suggestion: string | null) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** A value that no state of the database would make acceptable. */
export class InvalidInputError extends OperationError {
  override readonly name = 'InvalidInputError';
  readonly field: string;

  constructor(field: string, message: string, suggestion: string) {
    super(message, suggestion);
    this.field = field;
  }
}

export class TaskNotFoundError extends OperationError {
  override readonly name = 'TaskNotFoundError';
  readonly taskKey: string;

  constructor(taskKey: string) {
    super(`There is no task '${taskKey}'`, 'Check the key, or list the tasks with the query tasks');
    this.taskKey = taskKey;
  }
}

export class FeatureNotFoundError extends OperationError {
  override readonly name = 'FeatureNotFoundError';
  readonly featureKey: string;

  constructor(featureKey: string) {
    super(
      `There is no feature '${featureKey}'`,
      'Check the key, or create the feature with createFeature first',
    );
    this.featureKey = featureKey;
  }
}

export class EpicNotFoundError extends OperationError {
  override readonly name = 'EpicNotFoundError';
  readonly epicKey: string;

  constructor(epicKey: string) {
    super(`There is no epic '${epicKey}'`, 'Check the key, or create the epic with createEpic first');
    this.epicKey = epicKey;
  }
}

export class KeyTakenError extends OperationError {
  override readonly name = 'KeyTakenError';
  readonly key: string;

  constructor(key: string) {
    super(`The key '${key}' is in use`, 'Choose another key, or leave it out to have one assigned');
    this.key = key;
  }
}

export class SessionNotFoundError extends OperationError {
  override readonly name = 'SessionNotFoundError';
  readonly sessionId: number;

  constructor(sessionId: number, taskKey?: string) {
    super(
      `There is no session ${sessionId}${taskKey === undefined ? '' : ` of task ${taskKey}`}`,
      'Use the id of the session that claimTask returned',
    );
    this.sessionId = sessionId;
  }
}

export class TaskAlreadyClaimedError extends OperationError {
  override readonly name = 'TaskAlreadyClaimedError';
  readonly activeSession: TaskSession;

  constructor(activeSession: TaskSession) {
    super(
      `Task already claimed by agent '${activeSession.agentId}' since ${inWords(activeSession.startedAt)}`,
      'Use finishTask or rejectTask to complete work first',
    );
    this.activeSession = activeSession;
  }
}

/** A key that stands for one claim came back with another. */
export class IdempotencyKeyReusedError extends OperationError {
  override readonly name = 'IdempotencyKeyReusedError';
  readonly idempotencyKey: string;

  /** `first` and `now` say in words what the key came with. */
  constructor(idempotencyKey: string, first: string, now: string) {
    super(
      `The idempotency key '${idempotencyKey}' was used for ${first}, and now comes with ${now}`,
      'Use a new key for each new claim, and an old one only to send the very same claim again',
    );
    this.idempotencyKey = idempotencyKey;
  }
}

/** The workflow does not lead from the task's status where the caller wants it to go. */
export class InvalidTransitionError extends OperationError {
  override readonly name = 'InvalidTransitionError';
  readonly currentStatus: string;
  /** The statuses that the same operation may lead to from here; empty when there is none. */
  readonly allowedTransitions: readonly string[];

  constructor(params: {
    message: string;
    suggestion: string | null;
    currentStatus: string;
    allowedTransitions: readonly string[];
  }) {
    super(params.message, params.suggestion);
    this.currentStatus = params.currentStatus;
    this.allowedTransitions = params.allowedTransitions;
  }
}

/** The fence: the session that the caller names does not hold the task any more. */
export class SessionNotActiveError extends OperationError {
  override readonly name = 'SessionNotActiveError';
  readonly closedSession: TaskSession;
  /** Who holds the task now; null when nobody does. */
  readonly activeSession: TaskSession | null;

  constructor(closedSession: TaskSession, activeSession: TaskSession | null) {
    const ended = closedSession.endedAt === null ? '' : ` at ${inWords(closedSession.endedAt)}`;
    super(
      `Session ${closedSession.id} is not active any more: it was ${closedSession.outcome ?? 'closed'}${ended}`,
      activeSession === null
        ? 'Nobody holds the task now: claim it again with claimTask to go on'
        : `Agent '${activeSession.agentId}' has held the task since ${inWords(activeSession.startedAt)}: drop this work`,
    );
    this.closedSession = closedSession;
    this.activeSession = activeSession;
  }
}

/** The database was made by a program that allows only certain statuses, and this is none of them. */
export class StatusNotAllowedError extends OperationError {
  override readonly name = 'StatusNotAllowedError';
  readonly status: string;
  readonly allowedStatuses: readonly string[];

  constructor(status: string, allowedStatuses: readonly string[]) {
    super(
      `This database does not allow a task to have the status '${status}'`,
      `It allows ${allowedStatuses.join(', ')}: use a workflow of these statuses, or have the program that made the database bring it up to date`,
    );
    this.status = status;
    this.allowedStatuses = allowedStatuses;
  }
}

/** `2026-01-11 10:00:00`, in UTC. */
function inWords(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}
