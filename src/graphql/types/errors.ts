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
import { builder } from '../builder.ts';
import { encodeGlobalId } from '../global-id.ts';
import { TaskSession } from './session.ts';

const ErrorInterface = builder.interfaceRef<OperationError>('Error').implement({
  description:
    'An expected error: the mutation was rejected and nothing has changed. `message` says why, and `suggestion` what to do next.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description:
        'What went wrong, as an English text for people. Programs should check `__typename` and the other fields.',
    }),
    suggestion: t.exposeString('suggestion', {
      nullable: true,
      description: 'What to do next, as an English text for people. Null if there is nothing to do.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description:
    'A value in the input is invalid, for example blank, too long or not a valid key. Correct it and try again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name of the input field with the invalid value.' }),
  }),
});

builder.objectType(TaskNotFoundError, {
  name: 'TaskNotFoundError',
  description: 'No task has this key. Check the key, or list the tasks with the query `tasks`.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ taskKey: t.exposeString('taskKey', { description: 'The key that was not found.' }) }),
});

builder.objectType(FeatureNotFoundError, {
  name: 'FeatureNotFoundError',
  description: 'No feature has this key. Check the key, or create the feature first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    featureKey: t.exposeString('featureKey', { description: 'The key that was not found.' }),
  }),
});

builder.objectType(EpicNotFoundError, {
  name: 'EpicNotFoundError',
  description: 'No epic has this key. Check the key, or create the epic first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ epicKey: t.exposeString('epicKey', { description: 'The key that was not found.' }) }),
});

builder.objectType(KeyTakenError, {
  name: 'KeyTakenError',
  description: 'The key is already in use. Choose another key, or omit it to get the next free key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ key: t.exposeString('key', { description: 'The key that is already in use.' }) }),
});

builder.objectType(SessionNotFoundError, {
  name: 'SessionNotFoundError',
  description:
    'No session has this ID, or the session belongs to another task. Use the ID of the session that the claim returned.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    sessionId: t.id({
      description: 'The ID that was not found.',
      resolve: ({ sessionId }) => encodeGlobalId('TaskSession', sessionId),
    }),
  }),
});

builder.objectType(TaskAlreadyClaimedError, {
  name: 'TaskAlreadyClaimedError',
  description:
    'An agent already holds the task. Claim another task, or wait until the session of that agent is closed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    activeSession: t.expose('activeSession', {
      type: TaskSession,
      description: 'The open session of the agent that holds the task.',
    }),
  }),
});

builder.objectType(SessionNotActiveError, {
  name: 'SessionNotActiveError',
  description:
    'The given session is already closed, for example because it was stale and the claim was taken back. The agent of that session should stop its work: another agent may hold the task now.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    closedSession: t.expose('closedSession', {
      type: TaskSession,
      description: 'The given session, which is closed. Its `outcome` says how it ended.',
    }),
    activeSession: t.expose('activeSession', {
      type: TaskSession,
      nullable: true,
      description: 'The open session of the agent that holds the task now. Null if no agent does.',
    }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description:
    'The idempotency key was used before for a different claim. Use a new key for each new claim. `message` says what differs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.exposeString('idempotencyKey', { description: 'The key that was used before.' }),
  }),
});

builder.objectType(InvalidTransitionError, {
  name: 'InvalidTransitionError',
  description:
    'The workflow does not allow this operation in the current status of the task. `suggestion` says what to do instead.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentStatus: t.exposeString('currentStatus', { description: 'The current status of the task.' }),
    allowedTransitions: t.stringList({
      description: 'The statuses to which the task can move instead. Empty if there are none.',
      resolve: ({ allowedTransitions }) => [...allowedTransitions],
    }),
  }),
});

builder.objectType(StatusNotAllowedError, {
  name: 'StatusNotAllowedError',
  description:
    'The database does not allow this status. It was created by another program that allows only certain statuses. Use a workflow whose statuses are all in `allowedStatuses`, or upgrade the database with that program.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    status: t.exposeString('status', { description: 'The status that the database does not allow.' }),
    allowedStatuses: t.stringList({
      description: 'The statuses that the database allows.',
      resolve: ({ allowedStatuses }) => [...allowedStatuses],
    }),
  }),
});
