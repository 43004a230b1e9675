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
import { handOutOrder, repeatedClaim, taskAfter, taskKey, warnings } from './descriptions.ts';
import { resultUnion, sessionWithTask, taskPayload } from './task-mutation.ts';
import { Task, TaskSession } from '../node-types.ts';
import { NextPhase } from './workflow.ts';

const agentId =
  'The ID of the agent that will work on the task, for example `backend-1`. 1 to 128 characters.';
const idempotencyKey =
  'A unique text for this claim, for example a UUID. Up to 128 characters. If the response is lost, repeat the claim with this key to get the first result. After an error, you can reuse the key. Other clients can use the same key for their own claims.';

const ClaimTaskInput = builder.inputType('ClaimTaskInput', {
  description: 'The input of the mutation `claimTask`.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    agentId: t.string({ required: true, description: agentId }),
    agentType: t.string({
      description:
        'The type of the agent, for example `backend`. If the task needs another type, the claim still succeeds, but `warnings` lists the types that fit. Default: none.',
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
        'The type of the agent, for example `backend`. The server chooses only tasks for this type. Default: all tasks.',
    }),
    epicKey: t.string({
      description: 'Only tasks in the epic with this key, for example `E07`. Default: all epics.',
    }),
    idempotencyKey: t.string({
      description: `${idempotencyKey} If no task was available, the key is not stored, and the same request can claim a task later. Default: none.`,
    }),
  }),
});

const ClaimNextTaskPayload = builder.objectRef<LifecycleResult | NoWork>('ClaimNextTaskPayload').implement({
  description:
    'The claimed task and its open session. If no task was available, all fields except `warnings` are null.',
  fields: (t) => ({
    task: t.expose('task', {
      type: Task,
      nullable: true,
      description: `${taskAfter} Null if no task was available.`,
    }),
    session: t.field({
      type: TaskSession,
      resolve: sessionWithTask,
      nullable: true,
      description:
        'The opened session. Null if no task was available, or if the database has no session table (see `warnings`).',
    }),
    previousStatus: t.exposeString('previousStatus', {
      nullable: true,
      description: 'The status of the task before the mutation. Null if no task was available.',
    }),
    nextPhase: t.expose('next', {
      type: NextPhase,
      nullable: true,
      description:
        'The status to which `finishTask` will move the task. Null if there is no next status or no task was available.',
    }),
    repeated: t.exposeBoolean('repeated', { description: repeatedClaim }),
    warnings: t.exposeStringList('warnings', { description: warnings }),
  }),
});

builder.mutationFields((t) => ({
  claimTask: t.field({
    type: taskPayload('claimTask', 'opens', 'the agent has claimed the task, and its session is open.'),
    authScopes: { atLeast: 'agent' },
    description:
      'Claims a task for an agent: opens a session and starts the work, for example in the status `in_development`. Only one agent at a time can work on a task. Requires the `agent` role.',
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
    description: `Claims the next available task for an agent, as shown by the query \`nextTask\`. ${handOutOrder} Two concurrent calls never get the same task. If no task is available, \`task\` is null without an error. Requires the \`agent\` role.`,
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
        description: 'The agent, and the tasks to choose from.',
      }),
    },
    resolve: (_root, { input }, { write }) => write((operation) => claimNextTask(operation, input)),
  }),
}));
