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
  description: 'Why something was not done. Nothing has been changed.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What was wrong, for a person to read.' }),
    suggestion: t.exposeString('suggestion', {
      nullable: true,
      description: 'What to do next; null when there is nothing to be done.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'A value that could never be accepted: blank, too long, or no key at all.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The input field that the value was given for.' }),
  }),
});

builder.objectType(TaskNotFoundError, {
  name: 'TaskNotFoundError',
  description: 'No task has this key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ taskKey: t.exposeString('taskKey', { description: 'The key that was looked for.' }) }),
});

builder.objectType(FeatureNotFoundError, {
  name: 'FeatureNotFoundError',
  description: 'No feature has this key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    featureKey: t.exposeString('featureKey', { description: 'The key that was looked for.' }),
  }),
});

builder.objectType(EpicNotFoundError, {
  name: 'EpicNotFoundError',
  description: 'No epic has this key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ epicKey: t.exposeString('epicKey', { description: 'The key that was looked for.' }) }),
});

builder.objectType(KeyTakenError, {
  name: 'KeyTakenError',
  description: 'Something else has this key already.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ key: t.exposeString('key', { description: 'The key that is in use.' }) }),
});

builder.objectType(SessionNotFoundError, {
  name: 'SessionNotFoundError',
  description: 'No session has this id, or it is a session of another task.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    sessionId: t.id({
      description: 'The id that was looked for.',
      resolve: ({ sessionId }) => encodeGlobalId('TaskSession', sessionId),
    }),
  }),
});

builder.objectType(TaskAlreadyClaimedError, {
  name: 'TaskAlreadyClaimedError',
  description: 'Another agent holds the task.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    activeSession: t.expose('activeSession', {
      type: TaskSession,
      description: 'The session of the agent that holds it.',
    }),
  }),
});

builder.objectType(SessionNotActiveError, {
  name: 'SessionNotActiveError',
  description:
    'The session that was named does not hold the task any more: an agent that was taken for dead came back, or somebody was faster.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    closedSession: t.expose('closedSession', {
      type: TaskSession,
      description: 'The session that was named, with how it ended.',
    }),
    activeSession: t.expose('activeSession', {
      type: TaskSession,
      nullable: true,
      description: 'The session that holds the task now; null when none does.',
    }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description: 'The idempotency key was sent before, with another claim. The message says what differs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.exposeString('idempotencyKey', { description: 'The key that was sent twice.' }),
  }),
});

builder.objectType(InvalidTransitionError, {
  name: 'InvalidTransitionError',
  description: 'The workflow does not lead from where the task is to where it was asked to go.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentStatus: t.exposeString('currentStatus', { description: 'Where the task is.' }),
    allowedTransitions: t.stringList({
      description: 'The statuses that would be accepted instead; empty when there is none.',
      resolve: ({ allowedTransitions }) => [...allowedTransitions],
    }),
  }),
});

builder.objectType(StatusNotAllowedError, {
  name: 'StatusNotAllowedError',
  description:
    'The database was made by a program that allows only certain statuses, and this is none of them.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    status: t.exposeString('status', { description: 'The status that the database does not allow.' }),
    allowedStatuses: t.stringList({
      description: 'The statuses that it allows.',
      resolve: ({ allowedStatuses }) => [...allowedStatuses],
    }),
  }),
});
