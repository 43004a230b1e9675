import {
  InvalidInputError,
  InvalidTransitionError,
  SessionNotActiveError,
  SessionNotFoundError,
  StatusNotAllowedError,
  TaskNotFoundError,
} from '../../domain/errors.ts';
import { blockTask, unblockTask } from '../../domain/sessions/block.ts';
import { finishTask } from '../../domain/sessions/finish.ts';
import { rejectTask } from '../../domain/sessions/reject.ts';
import { builder } from '../builder.ts';
import { numeric, orWhyNot, payload, taskKey } from './lifecycle.ts';
import { TaskSession } from './session.ts';

const fence =
  'The id of the session that the caller believes to hold. When given and the task is held by another session or by none, nothing changes. Repeating a close with the same id is safe: the first answer is returned again.';

const closeErrors = [
  InvalidInputError,
  TaskNotFoundError,
  SessionNotFoundError,
  SessionNotActiveError,
  InvalidTransitionError,
  StatusNotAllowedError,
];

const FinishTaskInput = builder.inputType('FinishTaskInput', {
  description: 'Which task is finished, and what there is to say about it.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    notes: t.string({ description: 'What was done. Up to 10,000 characters.' }),
    sessionId: t.globalID({ for: TaskSession, description: fence }),
  }),
});

const RejectTaskInput = builder.inputType('RejectTaskInput', {
  description: 'Which work is sent back, why, and where to.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    reason: t.string({
      required: true,
      description: 'What is wrong with the work. Up to 10,000 characters.',
    }),
    toStatus: t.string({
      description: 'The status to send it to; left out, the nearest earlier phase that the workflow allows.',
    }),
    sessionId: t.globalID({ for: TaskSession, description: fence }),
  }),
});

const BlockTaskInput = builder.inputType('BlockTaskInput', {
  description: 'Which task cannot go on, and why.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    reason: t.string({ required: true, description: 'What it waits for. Up to 10,000 characters.' }),
    sessionId: t.globalID({ for: TaskSession, description: fence }),
  }),
});

const UnblockTaskInput = builder.inputType('UnblockTaskInput', {
  description: 'Which task can go on.',
  fields: (t) => ({ taskKey: t.string({ required: true, description: taskKey }) }),
});

builder.mutationFields((t) => ({
  finishTask: t.field({
    type: payload('FinishTaskPayload', 'The work is finished and the task has moved on.'),
    authScopes: { atLeast: 'agent' },
    description: 'The work of this phase is done: the session closes as completed and the task moves on.',
    errors: orWhyNot('FinishTaskResult', 'The finished task, or why it was not finished.', closeErrors),
    args: {
      input: t.arg({
        type: FinishTaskInput,
        required: true,
        description: 'Which task, and what there is to say.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => finishTask(operation, { ...input, sessionId: numeric(input.sessionId) })),
  }),
  rejectTask: t.field({
    type: payload('RejectTaskPayload', 'The work was sent back.'),
    authScopes: { atLeast: 'agent' },
    description:
      'The work is not good enough: the session closes as rejected, the task goes back, and the reason is kept with it as a note.',
    errors: orWhyNot('RejectTaskResult', 'The rejected task, or why it was not rejected.', closeErrors),
    args: {
      input: t.arg({ type: RejectTaskInput, required: true, description: 'Which work, why, and where to.' }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => rejectTask(operation, { ...input, sessionId: numeric(input.sessionId) })),
  }),
  blockTask: t.field({
    type: payload('BlockTaskPayload', 'The task is set aside.'),
    authScopes: { atLeast: 'agent' },
    description:
      'Something outside keeps the work from going on: the session closes as blocked and the task is set aside.',
    errors: orWhyNot('BlockTaskResult', 'The blocked task, or why it was not blocked.', closeErrors),
    args: { input: t.arg({ type: BlockTaskInput, required: true, description: 'Which task, and why.' }) },
    resolve: (_root, { input }, { write }) =>
      write((operation) => blockTask(operation, { ...input, sessionId: numeric(input.sessionId) })),
  }),
  unblockTask: t.field({
    type: payload('UnblockTaskPayload', 'The task waits for an agent again.', { withSession: false }),
    authScopes: { atLeast: 'orchestrator' },
    description:
      'The obstacle is gone: the task goes back to the queue of the phase it was blocked in. The next claim opens a session.',
    errors: orWhyNot('UnblockTaskResult', 'The unblocked task, or why it was not unblocked.', [
      InvalidInputError,
      TaskNotFoundError,
      InvalidTransitionError,
      StatusNotAllowedError,
    ]),
    args: { input: t.arg({ type: UnblockTaskInput, required: true, description: 'Which task.' }) },
    resolve: (_root, { input }, { write }) => write((operation) => unblockTask(operation, input)),
  }),
}));
