import type { TaskSession } from './sessions/session.ts';
import { type ErrorParameters, ExpectedError } from '../shared/expected-error.ts';
import { utcText } from '../shared/instant.ts';
import { term, type TermName, type Wording, wording } from '../shared/wording.ts';

/**
 * An expected error, such as a missing task. It rolls back the transaction, and a type in the GraphQL API
 * has the same name.
 */
export abstract class OperationError<
  Parameters extends ErrorParameters = ErrorParameters,
> extends ExpectedError<Parameters> {}

/** An invalid value, such as a blank key. `field` is the GraphQL name of the value. */
export class InvalidInputError extends OperationError<{ readonly field: TermName }> {
  override readonly name = 'InvalidInputError';

  constructor(field: TermName, message: Wording | string, suggestion: Wording | string) {
    super({ code: 'INVALID_INPUT', message, suggestion, parameters: { field } });
  }
}

export class TaskNotFoundError extends OperationError<{ readonly taskKey: string }> {
  override readonly name = 'TaskNotFoundError';

  constructor(taskKey: string) {
    super({
      code: 'TASK_NOT_FOUND',
      message: `There is no task '${taskKey}'`,
      suggestion: wording`Check the key, or list the tasks with ${term('tasks')}`,
      parameters: { taskKey },
    });
  }
}

export class FeatureNotFoundError extends OperationError<{ readonly featureKey: string }> {
  override readonly name = 'FeatureNotFoundError';

  constructor(featureKey: string) {
    super({
      code: 'FEATURE_NOT_FOUND',
      message: `There is no feature '${featureKey}'`,
      suggestion: wording`Check the key, or create the feature with ${term('createFeature')} first`,
      parameters: { featureKey },
    });
  }
}

export class EpicNotFoundError extends OperationError<{ readonly epicKey: string }> {
  override readonly name = 'EpicNotFoundError';

  constructor(epicKey: string) {
    super({
      code: 'EPIC_NOT_FOUND',
      message: `There is no epic '${epicKey}'`,
      suggestion: wording`Check the key, or create the epic with ${term('createEpic')} first`,
      parameters: { epicKey },
    });
  }
}

export class KeyTakenError extends OperationError<{ readonly key: string }> {
  override readonly name = 'KeyTakenError';

  constructor(key: string) {
    super({
      code: 'KEY_TAKEN',
      message: `The key '${key}' is in use`,
      suggestion: wording`Choose another key, or omit ${term('key')} to have one assigned`,
      parameters: { key },
    });
  }
}

export class SessionNotFoundError extends OperationError<{ readonly sessionId: number }> {
  override readonly name = 'SessionNotFoundError';

  constructor(sessionId: number, taskKey?: string) {
    super({
      code: 'SESSION_NOT_FOUND',
      message: `There is no session ${sessionId}${taskKey === undefined ? '' : ` of task ${taskKey}`}`,
      suggestion: wording`Use the id of the session that ${term('claimTask')} returned`,
      parameters: { sessionId },
    });
  }
}

export class TaskAlreadyClaimedError extends OperationError<{ readonly activeSession: TaskSession }> {
  override readonly name = 'TaskAlreadyClaimedError';

  constructor(activeSession: TaskSession) {
    super({
      code: 'TASK_ALREADY_CLAIMED',
      message: `Task already claimed by agent '${activeSession.agentId}' since ${utcText(activeSession.startedAt)}`,
      suggestion: wording`Use ${term('finishTask')} or ${term('rejectTask')} to complete work first`,
      parameters: { activeSession },
    });
  }
}

/** Thrown if a client sends an idempotency key that was already used for a different claim. */
export class IdempotencyKeyReusedError extends OperationError<{ readonly idempotencyKey: string }> {
  override readonly name = 'IdempotencyKeyReusedError';

  /** `first` describes the claim that used the key first. `now` describes the current claim. */
  constructor(idempotencyKey: string, first: Wording, now: Wording) {
    super({
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: wording`The idempotency key '${idempotencyKey}' was used for ${first}, and now for a claim with ${now}`,
      suggestion: 'Use a new key for each new claim. Use the same key only to send the same claim again',
      parameters: { idempotencyKey },
    });
  }
}

/** The workflow does not allow this operation in the current status of the task. */
export class InvalidTransitionError extends OperationError<{
  readonly currentStatus: string;
  /** For a claim: the next statuses in which the task can be claimed. For a rejection: the possible targets. Else empty. */
  readonly allowedTransitions: readonly string[];
}> {
  override readonly name = 'InvalidTransitionError';

  constructor({
    message,
    suggestion,
    ...parameters
  }: {
    message: string;
    suggestion: Wording | string;
    currentStatus: string;
    allowedTransitions: readonly string[];
  }) {
    super({ code: 'INVALID_TRANSITION', message, suggestion, parameters });
  }
}

/** The request has an outdated fencing token: the id of a session that no longer holds the task. */
export class SessionNotActiveError extends OperationError<{
  readonly closedSession: TaskSession;
  /** The session that holds the task now. Null if there is none. */
  readonly activeSession: TaskSession | null;
}> {
  override readonly name = 'SessionNotActiveError';

  constructor(closedSession: TaskSession, activeSession: TaskSession | null) {
    const ended = closedSession.endedAt === null ? '' : ` at ${utcText(closedSession.endedAt)}`;
    super({
      code: 'SESSION_NOT_ACTIVE',
      message: `Session ${closedSession.id} is no longer active: it was ${closedSession.outcome ?? 'closed'}${ended}`,
      suggestion:
        activeSession === null
          ? wording`No agent holds the task now. To continue, claim it again with ${term('claimTask')}`
          : `Agent '${activeSession.agentId}' has been working on the task since ${utcText(activeSession.startedAt)}. Stop your work on the task`,
      parameters: { closedSession, activeSession },
    });
  }
}

/** A CHECK constraint, which an older program created, does not allow this status. */
export class StatusNotAllowedError extends OperationError<{
  readonly status: string;
  readonly allowedStatuses: readonly string[];
}> {
  override readonly name = 'StatusNotAllowedError';

  constructor(status: string, allowedStatuses: readonly string[]) {
    super({
      code: 'STATUS_NOT_ALLOWED',
      message: `This database does not allow a task to have the status '${status}'`,
      suggestion: `The database allows ${allowedStatuses.join(', ')}. Use a workflow with only these statuses, or upgrade the database with the program that created it`,
      parameters: { status, allowedStatuses },
    });
  }
}
