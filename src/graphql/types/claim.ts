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
import { handOutOrder, taskAfter, taskKey, warnings } from './descriptions.ts';
import { resultUnion, taskPayload } from './task-mutation.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

const agentId =
  'The ID of the agent that will work on the task, for example `backend-1`. 1 to 128 characters.';
const idempotencyKey =
  'A unique text for this claim, for example a UUID. Up to 128 characters. If you send the same claim again with the same key, for example because the response was lost, you get the first result again and no second claim is made. After an error, you can use the key again.';

const ClaimTaskInput = builder.inputType('ClaimTaskInput', {
  description: 'The input of the mutation `claimTask`.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    agentId: t.string({ required: true, description: agentId }),
    agentType: t.string({
      description:
        'The type of the agent, for example `backend`. If the status of the task lists other types, the claim succeeds with a warning. Default: none.',
    }),
    idempotencyKey: t.string({ description: `${idempotencyKey} Default: none.` }),
  }),
});

const ClaimNextTaskInput = builder.inputType('ClaimNextTaskInput', {
  description: 'The input of the mutation `claimNextTask`.',
  fields: (t) => ({
    agentId: t.string({ required: true, description: agentId }),
    agentType: t.string({
      description:
        'The type of the agent, for example `backend`. Only tasks that this type can work on are handed out. Default: all tasks.',
    }),
    epicKey: t.string({
      description: 'Only tasks in the epic with this key, for example `E07`. Default: all epics.',
    }),
    idempotencyKey: t.string({
      description: `${idempotencyKey} The result that no task was available is kept for 24 hours. Default: none.`,
    }),
  }),
});

const ClaimNextTaskPayload = builder.objectRef<LifecycleResult | NoWork>('ClaimNextTaskPayload').implement({
  description:
    'The payload of `claimNextTask`: the task is claimed and its session is open. If no task was available, all fields except `warnings` are null.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      nullable: true,
      description: `${taskAfter} Null if no task was available.`,
      resolve: (query, { taskId }, _arguments, { read }) =>
        taskId === null ? null : read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    session: t.expose('session', {
      type: TaskSession,
      nullable: true,
      description:
        'The session that was opened. Null if no task was available, or if the database has no sessions table; `warnings` then says so.',
    }),
    previousStatus: t.exposeString('previousStatus', {
      nullable: true,
      description: 'The status of the task before the mutation. Null if no task was available.',
    }),
    nextPhase: t.expose('next', {
      type: NextPhase,
      nullable: true,
      description:
        'The status to which `finishTask` will move the task. Null at the end of the workflow, or if no task was available.',
    }),
    warnings: t.exposeStringList('warnings', { description: warnings }),
  }),
});

builder.mutationFields((t) => ({
  claimTask: t.field({
    type: taskPayload('claimTask', 'opens', 'the task is claimed and its session is open.'),
    authScopes: { atLeast: 'agent' },
    description:
      'Claims a task for an agent: opens a session and moves the task to the status in which it is worked on. Only one agent can hold a task at a time. Requires the `agent` role.',
    errors: resultUnion('claimTask', [
      InvalidInputError,
      TaskNotFoundError,
      TaskAlreadyClaimedError,
      InvalidTransitionError,
      StatusNotAllowedError,
      IdempotencyKeyReusedError,
    ]),
    args: {
      input: t.arg({
        type: ClaimTaskInput,
        required: true,
        description: 'The task to claim, and the agent that claims it.',
      }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimTask(operation, input)),
  }),
  claimNextTask: t.field({
    type: ClaimNextTaskPayload,
    authScopes: { atLeast: 'agent' },
    description: `Claims the best available task for an agent: the task that \`nextTask\` would return. ${handOutOrder} Two concurrent calls never get the same task. If no task is available, the payload contains null; this is not an error. Requires the \`agent\` role.`,
    errors: resultUnion('claimNextTask', [
      InvalidInputError,
      EpicNotFoundError,
      StatusNotAllowedError,
      IdempotencyKeyReusedError,
    ]),
    args: {
      input: t.arg({
        type: ClaimNextTaskInput,
        required: true,
        description: 'The agent that claims a task, and which tasks to consider.',
      }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimNextTask(operation, input)),
  }),
}));
