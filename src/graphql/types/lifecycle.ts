import {
  InvalidInputError,
  InvalidTransitionError,
  SessionNotActiveError,
  SessionNotFoundError,
  StatusNotAllowedError,
  TaskAlreadyClaimedError,
  TaskNotFoundError,
} from '../../operations/refusals.ts';
import { abandonSession } from '../../sessions/abandon.ts';
import { blockTask, unblockTask } from '../../sessions/block.ts';
import { claimTask } from '../../sessions/claim.ts';
import { finishTask } from '../../sessions/finish.ts';
import { rejectTask } from '../../sessions/reject.ts';
import type { LifecycleResult } from '../../sessions/result.ts';
import { builder } from '../builder.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

function payload(name: string, description: string, { withSession } = { withSession: true }) {
  return builder.objectRef<LifecycleResult>(name).implement({
    description,
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task, as it is now.',
        resolve: (query, { taskId }, _arguments, { read }) =>
          read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      ...(withSession
        ? {
            session: t.expose('session', {
              type: TaskSession,
              nullable: true,
              description:
                'The session that was opened or closed; null when there was none, and then a warning says why.',
            }),
          }
        : {}),
      previousStatus: t.exposeString('previousStatus', { description: 'Where the task was before.' }),
      nextPhase: t.expose('next', {
        type: NextPhase,
        nullable: true,
        description:
          'Where the task goes on: after a claim, where finishing leads; otherwise, where it waits now. Null at the end of the workflow and while the task is set aside.',
      }),
      warnings: t.exposeStringList('warnings', {
        description: 'What was done nevertheless but should be known, in sentences. Usually empty.',
      }),
    }),
  });
}

const taskKey = 'The key of the task, for example `T-E07-F20-001`.';
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

const numeric = (sessionId: { id: string } | null | undefined) =>
  sessionId === null || sessionId === undefined ? null : Number(sessionId.id);

const ClaimTaskInput = builder.inputType('ClaimTaskInput', {
  description: 'Which task is claimed, and for whom.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    agentId: t.string({
      required: true,
      description: 'The agent that will work on it, for example `backend-1`. Up to 128 characters.',
    }),
    agentType: t.string({
      description:
        'The kind of agent, for example `backend`. A kind that the status does not list is let through with a warning.',
    }),
  }),
});

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

const AbandonSessionInput = builder.inputType('AbandonSessionInput', {
  description: 'Which claim is taken back, and why.',
  fields: (t) => ({
    sessionId: t.globalID({ for: TaskSession, required: true, description: 'The id of the session.' }),
    reason: t.string({ description: 'Why, for example `no sign of life`. Up to 10,000 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  claimTask: t.field({
    type: payload('ClaimTaskPayload', 'The task is claimed and its session is open.'),
    description:
      'Hands a task to an agent: the task moves to where it is worked on and a session opens. Only one agent can hold a task.',
    errors: {
      types: [
        InvalidInputError,
        TaskNotFoundError,
        TaskAlreadyClaimedError,
        InvalidTransitionError,
        StatusNotAllowedError,
      ],
      union: { name: 'ClaimTaskResult', description: 'The claimed task, or why it was not claimed.' },
    },
    args: {
      input: t.arg({ type: ClaimTaskInput, required: true, description: 'Which task, and for whom.' }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimTask(operation, input)),
  }),
  finishTask: t.field({
    type: payload('FinishTaskPayload', 'The work is finished and the task has moved on.'),
    description: 'The work of this phase is done: the session closes as completed and the task moves on.',
    errors: {
      types: closeErrors,
      union: { name: 'FinishTaskResult', description: 'The finished task, or why it was not finished.' },
    },
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
    description:
      'The work is not good enough: the session closes as rejected, the task goes back, and the reason is kept with it as a note.',
    errors: {
      types: closeErrors,
      union: { name: 'RejectTaskResult', description: 'The rejected task, or why it was not rejected.' },
    },
    args: {
      input: t.arg({ type: RejectTaskInput, required: true, description: 'Which work, why, and where to.' }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => rejectTask(operation, { ...input, sessionId: numeric(input.sessionId) })),
  }),
  blockTask: t.field({
    type: payload('BlockTaskPayload', 'The task is set aside.'),
    description:
      'Something outside keeps the work from going on: the session closes as blocked and the task is set aside.',
    errors: {
      types: closeErrors,
      union: { name: 'BlockTaskResult', description: 'The blocked task, or why it was not blocked.' },
    },
    args: { input: t.arg({ type: BlockTaskInput, required: true, description: 'Which task, and why.' }) },
    resolve: (_root, { input }, { write }) =>
      write((operation) => blockTask(operation, { ...input, sessionId: numeric(input.sessionId) })),
  }),
  unblockTask: t.field({
    type: payload('UnblockTaskPayload', 'The task waits for an agent again.', { withSession: false }),
    description:
      'The obstacle is gone: the task goes back to the queue of the phase it was blocked in. The next claim opens a session.',
    errors: {
      types: [InvalidInputError, TaskNotFoundError, InvalidTransitionError, StatusNotAllowedError],
      union: { name: 'UnblockTaskResult', description: 'The unblocked task, or why it was not unblocked.' },
    },
    args: { input: t.arg({ type: UnblockTaskInput, required: true, description: 'Which task.' }) },
    resolve: (_root, { input }, { write }) => write((operation) => unblockTask(operation, input)),
  }),
  abandonSession: t.field({
    type: payload('AbandonSessionPayload', 'The claim was taken back.'),
    description:
      'Takes a claim back: the session closes as abandoned and the task returns to the status it was claimed from. An agent that comes back with the id of this session can change nothing any more.',
    errors: {
      types: [InvalidInputError, SessionNotFoundError, SessionNotActiveError, StatusNotAllowedError],
      union: {
        name: 'AbandonSessionResult',
        description: 'The abandoned session, or why it was not abandoned.',
      },
    },
    args: {
      input: t.arg({ type: AbandonSessionInput, required: true, description: 'Which session, and why.' }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => abandonSession(operation, { ...input, sessionId: Number(input.sessionId.id) })),
  }),
}));
