import {
  EpicNotFoundError,
  FeatureNotFoundError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  InvalidTransitionError,
  KeyTakenError,
  OperationError,
  SessionNotActiveError,
  SessionNotFoundError,
  StatusNotAllowedError,
  TaskAlreadyClaimedError,
  TaskNotFoundError,
} from '../../domain/errors.ts';
import { rendered } from '../../shared/wording.ts';
import { builder } from '../builder.ts';
import { encodeGlobalId } from '../global-id.ts';
import { shortWording } from '../short-errors.ts';
import { schemaTerms } from '../../shared/schema-terms.ts';
import { TaskSession } from '../node-types.ts';

const ErrorInterface = builder.interfaceRef<OperationError>('Error').implement({
  description:
    'An expected error: the mutation was rejected and nothing has changed. `message` says why, and `suggestion` says what to do next.',
  fields: (t) => ({
    message: t.string({
      description:
        'What went wrong, in English. Programs should use `__typename` and the other fields instead.',
      resolve: ({ wording }, _arguments, { recordWording }, { path }) => {
        const message = shortWording(wording.message);
        recordWording(path, message);
        return rendered(message, schemaTerms);
      },
    }),
    suggestion: t.string({
      nullable: true,
      description: 'What to do next, in English. Null if there is nothing to do.',
      resolve: ({ wording }, _arguments, { recordWording }, { path }) => {
        if (wording.suggestion === null) return null;
        const suggestion = shortWording(wording.suggestion);
        recordWording(path, suggestion);
        return rendered(suggestion, schemaTerms);
      },
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'An input value is invalid, for example blank or too long. Correct it and try again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.string({
      description: 'The name of the input field with the invalid value.',
      resolve: ({ parameters }) => parameters.field,
    }),
  }),
});

builder.objectType(TaskNotFoundError, {
  name: 'TaskNotFoundError',
  description: 'No task has the given key. Check the key, or list the tasks with the query `tasks`.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskKey: t.string({
      description: 'The task key that was not found.',
      resolve: ({ parameters }) => parameters.taskKey,
    }),
  }),
});

builder.objectType(FeatureNotFoundError, {
  name: 'FeatureNotFoundError',
  description: 'No feature has the given key. Check the key, or create the feature first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    featureKey: t.string({
      description: 'The feature key that was not found.',
      resolve: ({ parameters }) => parameters.featureKey,
    }),
  }),
});

builder.objectType(EpicNotFoundError, {
  name: 'EpicNotFoundError',
  description: 'No epic has the given key. Check the key, or create the epic first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    epicKey: t.string({
      description: 'The epic key that was not found.',
      resolve: ({ parameters }) => parameters.epicKey,
    }),
  }),
});

builder.objectType(KeyTakenError, {
  name: 'KeyTakenError',
  description: 'The key is already in use. Choose another one, or omit it to get the next free key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    key: t.string({
      description: 'The key that is already in use.',
      resolve: ({ parameters }) => parameters.key,
    }),
  }),
});

builder.objectType(SessionNotFoundError, {
  name: 'SessionNotFoundError',
  description:
    'No session has the given ID, or the session belongs to another task. Use the session ID that the claim returned.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    sessionId: t.id({
      description: 'The session ID that was not found.',
      resolve: ({ parameters }) => encodeGlobalId('TaskSession', parameters.sessionId),
    }),
  }),
});

builder.objectType(TaskAlreadyClaimedError, {
  name: 'TaskAlreadyClaimedError',
  description:
    'An agent already works on the task. Claim another task, or wait until `activeSession` is closed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    activeSession: t.field({
      type: TaskSession,
      description: 'The open session of the task.',
      resolve: ({ parameters }) => parameters.activeSession,
    }),
  }),
});

builder.objectType(SessionNotActiveError, {
  name: 'SessionNotActiveError',
  description:
    'The session is already closed, for example by `abandonSession`. Its agent should stop, because another agent may work on the task now.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    closedSession: t.field({
      type: TaskSession,
      description: 'The closed session. Its `outcome` says how it ended.',
      resolve: ({ parameters }) => parameters.closedSession,
    }),
    activeSession: t.field({
      type: TaskSession,
      nullable: true,
      description: 'The open session of the task. Null if no agent works on the task now.',
      resolve: ({ parameters }) => parameters.activeSession,
    }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description:
    'The client already used the idempotency key for another claim. Use a new key for each claim. `message` describes both claims.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.string({
      description: 'The idempotency key that was already used.',
      resolve: ({ parameters }) => parameters.idempotencyKey,
    }),
  }),
});

builder.objectType(InvalidTransitionError, {
  name: 'InvalidTransitionError',
  description:
    'The current status of the task does not allow this operation. `suggestion` says what to do instead.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentStatus: t.string({
      description: 'The current status of the task.',
      resolve: ({ parameters }) => parameters.currentStatus,
    }),
    allowedTransitions: t.stringList({
      description:
        'After a failed claim: the next statuses in which the task can be claimed. After a failed rejection: the statuses that `toStatus` can name. Empty for all other mutations.',
      resolve: ({ parameters }) => [...parameters.allowedTransitions],
    }),
  }),
});

builder.objectType(StatusNotAllowedError, {
  name: 'StatusNotAllowedError',
  description:
    'The database does not allow the new status, because another program created this database. Use a workflow with only the statuses in `allowedStatuses`, or upgrade the database with that program.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    status: t.string({
      description: 'The status that the database does not allow.',
      resolve: ({ parameters }) => parameters.status,
    }),
    allowedStatuses: t.stringList({
      description: 'The statuses that the database allows.',
      resolve: ({ parameters }) => [...parameters.allowedStatuses],
    }),
  }),
});
