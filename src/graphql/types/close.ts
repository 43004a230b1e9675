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
import { taskKey } from './descriptions.ts';
import { databaseId, resultUnion, taskPayload } from './task-mutation.ts';
import { TaskSession } from '../node-types.ts';

const fencingToken =
  'The session in which the agent works, for example `TaskSession:42`. If it is already closed, the result is `SessionNotActiveError`. After a lost response, repeat the same call to get its first result, with `repeated: true`. Default: the open session of the task, if any.';

const closeErrors = [
  InvalidInputError,
  TaskNotFoundError,
  SessionNotFoundError,
  SessionNotActiveError,
  InvalidTransitionError,
  StatusNotAllowedError,
];

const FinishTaskInput = builder.inputType('FinishTaskInput', {
  description: 'The input of the mutation `finishTask`.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    notes: t.string({
      description:
        'What the agent did. Stored in the `notes` of the session. Up to 10,000 characters. Default: none.',
    }),
    sessionId: t.globalID({ for: TaskSession, description: fencingToken }),
  }),
});

const RejectTaskInput = builder.inputType('RejectTaskInput', {
  description: 'The input of the mutation `rejectTask`.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    reason: t.string({
      required: true,
      description:
        'What is wrong with the work. Stored in the `notes` of the session and as a note on the task. 1 to 10,000 characters.',
    }),
    toStatus: t.string({
      description:
        'The new status of the task. The workflow must allow it, and it must not be in a later phase. Default: an allowed status in the nearest earlier phase.',
    }),
    sessionId: t.globalID({ for: TaskSession, description: fencingToken }),
  }),
});

const BlockTaskInput = builder.inputType('BlockTaskInput', {
  description: 'The input of the mutation `blockTask`.',
  fields: (t) => ({
    taskKey: t.string({ required: true, description: taskKey }),
    reason: t.string({
      required: true,
      description:
        'What blocks the task. Stored in the `notes` of the session and the `blockedReason` of the task. 1 to 10,000 characters.',
    }),
    sessionId: t.globalID({ for: TaskSession, description: fencingToken }),
  }),
});

const UnblockTaskInput = builder.inputType('UnblockTaskInput', {
  description: 'The input of the mutation `unblockTask`.',
  fields: (t) => ({ taskKey: t.string({ required: true, description: taskKey }) }),
});

builder.mutationFields((t) => ({
  finishTask: t.field({
    type: taskPayload(
      'finishTask',
      'closes',
      'the session is closed, and the task has moved to its next status.',
    ),
    authScopes: { atLeast: 'agent' },
    description:
      'Finishes the work on a task: closes its session as completed and moves the task to its next status. If no session is open, the task still moves and `warnings` says so. A task in a `ready_for_*` status cannot be finished: a late finish would skip the work that the task waits for. Requires the `agent` role.',
    errors: resultUnion('finishTask', closeErrors),
    args: {
      input: t.arg({
        type: FinishTaskInput,
        required: true,
        description: 'The task to finish, and notes on the work.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => finishTask(operation, { ...input, sessionId: databaseId(input.sessionId) })),
  }),
  rejectTask: t.field({
    type: taskPayload(
      'rejectTask',
      'closes',
      'the session is closed, and the task has moved back for rework.',
    ),
    authScopes: { atLeast: 'agent' },
    description:
      'Rejects the work on a task: closes its session as rejected, moves the task back for rework, and records the reason. If no session is open, the task still moves and `warnings` says so. This includes tasks in a `ready_for_*` status, because a rejection skips no work. Requires the `agent` role.',
    errors: resultUnion('rejectTask', closeErrors),
    args: {
      input: t.arg({
        type: RejectTaskInput,
        required: true,
        description: 'The task to reject, the reason, and the status to move the task to.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => rejectTask(operation, { ...input, sessionId: databaseId(input.sessionId) })),
  }),
  blockTask: t.field({
    type: taskPayload('blockTask', 'closes', 'the session is closed, and the task is blocked.'),
    authScopes: { atLeast: 'agent' },
    description:
      'Blocks a task: closes its session as blocked and moves the task to `blocked`. If no session is open, the task still moves and `warnings` says so. Requires the `agent` role.',
    errors: resultUnion('blockTask', closeErrors),
    args: {
      input: t.arg({
        type: BlockTaskInput,
        required: true,
        description: 'The task to block, and the reason.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => blockTask(operation, { ...input, sessionId: databaseId(input.sessionId) })),
  }),
  unblockTask: t.field({
    type: taskPayload('unblockTask', 'none', 'the task waits for an agent to claim it again.'),
    authScopes: { atLeast: 'orchestrator' },
    description:
      'Unblocks a task: moves it to a `ready_for_*` status of its previous phase. If the workflow does not allow this, the task moves to the first allowed status. Requires the `orchestrator` role.',
    errors: resultUnion('unblockTask', [
      InvalidInputError,
      TaskNotFoundError,
      InvalidTransitionError,
      StatusNotAllowedError,
    ]),
    args: { input: t.arg({ type: UnblockTaskInput, required: true, description: 'The task to unblock.' }) },
    resolve: (_root, { input }, { write }) => write((operation) => unblockTask(operation, input)),
  }),
}));
