import {
  EpicNotFoundError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  InvalidTransitionError,
  StatusNotAllowedError,
  TaskAlreadyClaimedError,
  TaskNotFoundError,
} from '../../domain/errors.ts';
import { claimTask } from '../../domain/sessions/claim.ts';
import { claimNextTask, type NoWork } from '../../domain/sessions/claim-next.ts';
import type { LifecycleResult } from '../../domain/sessions/result.ts';
import { builder } from '../builder.ts';
import { orWhyNot, payload, taskKey, warnings } from './lifecycle.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

const agentId = 'The agent that will work on it, for example `backend-1`. Up to 128 characters.';
const idempotencyKey =
  'A text that you choose for this claim alone, for example a UUID. Up to 128 characters. A claim that is sent again with the same key, because its answer got lost, is answered as it was the first time and not made twice. A claim that was refused may use its key again.';

const ClaimTaskInput = builder.inputType('ClaimTaskInput', {
  description: 'Which task is claimed, and for whom.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    agentId: t.string({ required: true, description: agentId }),
    agentType: t.string({
      description:
        'The kind of agent, for example `backend`. A kind that the status does not list is let through with a warning.',
    }),
    idempotencyKey: t.string({ description: idempotencyKey }),
  }),
});

const ClaimNextTaskInput = builder.inputType('ClaimNextTaskInput', {
  description: 'For whom work is wanted, and of which kind.',
  fields: (t) => ({
    agentId: t.string({ required: true, description: agentId }),
    agentType: t.string({
      description:
        'The kind of agent, for example `backend`: only work that this kind may do. Any work when left out.',
    }),
    epicKey: t.string({ description: 'Only work in this epic, for example `E07`.' }),
    idempotencyKey: t.string({
      description: `${idempotencyKey} That there was no work is remembered for a day.`,
    }),
  }),
});

const ClaimNextTaskPayload = builder.objectRef<LifecycleResult | NoWork>('ClaimNextTaskPayload').implement({
  description: 'The best task is claimed and its session is open; or there was no work, and all is null.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      nullable: true,
      description: 'The task, as it is now; null when there was no work.',
      resolve: (query, { taskId }, _arguments, { read }) =>
        taskId === null ? null : read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    session: t.expose('session', {
      type: TaskSession,
      nullable: true,
      description:
        'The session that was opened; null when there was no work, and when none could be recorded, which a warning says.',
    }),
    previousStatus: t.exposeString('previousStatus', {
      nullable: true,
      description: 'Where the task waited before; null when there was no work.',
    }),
    nextPhase: t.expose('next', {
      type: NextPhase,
      nullable: true,
      description:
        'Where finishing the task leads; null when there was no work, and at the end of the workflow.',
    }),
    warnings: t.exposeStringList('warnings', { description: warnings }),
  }),
});

builder.mutationFields((t) => ({
  claimTask: t.field({
    type: payload('ClaimTaskPayload', 'The task is claimed and its session is open.'),
    authScopes: { atLeast: 'agent' },
    description:
      'Hands a task to an agent: the task moves to where it is worked on and a session opens. Only one agent can hold a task.',
    errors: orWhyNot('ClaimTaskResult', 'The claimed task, or why it was not claimed.', [
      InvalidInputError,
      TaskNotFoundError,
      TaskAlreadyClaimedError,
      InvalidTransitionError,
      StatusNotAllowedError,
      IdempotencyKeyReusedError,
    ]),
    args: {
      input: t.arg({ type: ClaimTaskInput, required: true, description: 'Which task, and for whom.' }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimTask(operation, input)),
  }),
  claimNextTask: t.field({
    type: ClaimNextTaskPayload,
    authScopes: { atLeast: 'agent' },
    description:
      'Hands the task that `nextTask` would show to an agent, and to no other: work that was sent back first, then the planned order, then priority, then what has waited longest. That there is no work is no error.',
    errors: orWhyNot('ClaimNextTaskResult', 'The claimed task, no work, or why nothing was claimed.', [
      InvalidInputError,
      EpicNotFoundError,
      StatusNotAllowedError,
      IdempotencyKeyReusedError,
    ]),
    args: {
      input: t.arg({ type: ClaimNextTaskInput, required: true, description: 'For whom, and which work.' }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimNextTask(operation, input)),
  }),
}));
