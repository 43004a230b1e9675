import { describe, expect, it } from 'vitest';
import {
  BlockTaskDocument,
  FinishTaskDocument,
  RejectTaskDocument,
  UnblockTaskDocument,
} from '../../../src/client/generated/graphql.ts';
import { answer, endedSession, runCommand } from '../../support/commands.ts';

const key = 'T-E07-F20-001';
const task = (status: string) => ({ key, status, assignedAgent: null });

const finished = answer(FinishTaskDocument, {
  finishTask: {
    __typename: 'FinishTaskPayload',
    task: task('completed'),
    session: endedSession('COMPLETED'),
    previousStatus: 'in_approval',
    nextPhase: null,
    repeated: false,
    warnings: [],
  },
});
const rejected = answer(RejectTaskDocument, {
  rejectTask: {
    __typename: 'RejectTaskPayload',
    task: task('in_development'),
    session: endedSession('REJECTED'),
    previousStatus: 'in_code_review',
    nextPhase: { phase: 'development', status: 'in_development', agentTypes: ['backend'] },
    repeated: false,
    warnings: [],
  },
});
const blocked = answer(BlockTaskDocument, {
  blockTask: {
    __typename: 'BlockTaskPayload',
    task: { key, status: 'blocked', blockedReason: 'Waits for the API key' },
    session: null,
    previousStatus: 'in_development',
    nextPhase: null,
    repeated: false,
    warnings: ['No active session found, skipping session closure'],
  },
});
const unblocked = answer(UnblockTaskDocument, {
  unblockTask: {
    __typename: 'UnblockTaskPayload',
    task: { key, status: 'ready_for_development', blockedReason: null },
    previousStatus: 'blocked',
    nextPhase: { phase: 'development', status: 'in_development', agentTypes: ['backend'] },
    warnings: [],
  },
});

describe('a repeated request', () => {
  it('says when the work ended and where the task is now', async () => {
    const again = answer(FinishTaskDocument, {
      finishTask: {
        __typename: 'FinishTaskPayload',
        task: task('in_qa'),
        session: endedSession('COMPLETED'),
        previousStatus: 'in_development',
        nextPhase: { phase: 'review', status: 'ready_for_code_review', agentTypes: [] },
        repeated: true,
        warnings: ['Session 42 was already completed'],
      },
    });
    const run = await runCommand(['task', 'finish', key, '--session=42'], { answers: [again] });
    expect(run).toMatchObject({
      failure: undefined,
      stdout: `${key}  Already finished at 2026-01-11 10:30:00 UTC; nothing was changed. The task is now in in_qa
Session TaskSession:42, completed after 1h 30m
`,
      stderr: 'Warning: Session 42 was already completed\n',
    });

    const json = await runCommand(['task', 'finish', key, '--json'], { answers: [again] });
    expect(JSON.parse(json.stdout)).toMatchObject({ repeated: true, status: 'in_qa' });
  });
});

describe('the request', () => {
  it.each([
    { args: ['finish', key], answers: [finished], operation: 'FinishTask', input: {} },
    {
      args: ['finish', key, '--notes=API complete', '--session=TaskSession:42'],
      answers: [finished],
      operation: 'FinishTask',
      input: { notes: 'API complete', sessionId: 'TaskSession:42' },
    },
    {
      // The form of session IDs in messages.
      args: ['finish', key, '--session', '42'],
      answers: [finished],
      operation: 'FinishTask',
      input: { sessionId: 'TaskSession:42' },
    },
    {
      // Not a number: the API rejects it.
      args: ['finish', key, '--session', '042'],
      answers: [finished],
      operation: 'FinishTask',
      input: { sessionId: '042' },
    },
    {
      args: ['reject', key, '--reason=Tests missing'],
      answers: [rejected],
      operation: 'RejectTask',
      input: { reason: 'Tests missing' },
    },
    {
      args: ['reject', key, '--reason=Tests missing', '--to=ready_for_refinement', '--session=42'],
      answers: [rejected],
      operation: 'RejectTask',
      input: { reason: 'Tests missing', toStatus: 'ready_for_refinement', sessionId: 'TaskSession:42' },
    },
    {
      args: ['block', key, '--reason=Waits for the API key', '--session=42'],
      answers: [blocked],
      operation: 'BlockTask',
      input: { reason: 'Waits for the API key', sessionId: 'TaskSession:42' },
    },
    { args: ['unblock', key], answers: [unblocked], operation: 'UnblockTask', input: {} },
  ])('is $operation with the input $input', async ({ args, answers, operation, input }) => {
    const run = await runCommand(['task', ...args], { answers });
    expect(run.sent).toEqual([{ operation, variables: { input: { taskKey: key, ...input } } }]);
  });

  it.each(['reject', 'block'])('is not sent by shark task %s without a reason', async (command) => {
    const run = await runCommand(['task', command, key]);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({
      exitCode: 2,
      code: 'USAGE',
      message: `required option '--reason <text>' not specified. 'shark task ${command} --help' shows the usage`,
    });
  });
});

describe('the output', () => {
  it('shows a finished task', async () => {
    const run = await runCommand(['task', 'finish', key], { answers: [finished] });
    expect(run.stdout).toBe(
      'T-E07-F20-001  Finished: in_approval → completed\nSession TaskSession:42, completed after 1h 30m\n',
    );
  });

  it('shows a rejected task', async () => {
    const run = await runCommand(['task', 'reject', key, '--reason=No'], { answers: [rejected] });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Rejected: in_code_review → in_development
Session TaskSession:42, rejected after 1h 30m
Next: in_development, for backend
`,
    );
  });

  it('shows a blocked task without an active session, and a warning', async () => {
    const run = await runCommand(['task', 'block', key, '--reason=No'], { answers: [blocked] });
    expect(run.stdout).toBe('T-E07-F20-001  Blocked: in_development → blocked\n');
    expect(run.stderr).toBe('Warning: No active session found, skipping session closure\n');
  });

  it('shows an unblocked task, which has no session', async () => {
    const run = await runCommand(['task', 'unblock', key], { answers: [unblocked] });
    expect(run.stdout).toBe(
      'T-E07-F20-001  Unblocked: blocked → ready_for_development\nNext: in_development, for backend\n',
    );
  });

  it('has the same JSON fields for all moves', async () => {
    const runs = await Promise.all([
      runCommand(['task', 'finish', key, '--json'], { answers: [finished] }),
      runCommand(['task', 'reject', key, '--reason=No', '--json'], { answers: [rejected] }),
      runCommand(['task', 'block', key, '--reason=No', '--json'], { answers: [blocked] }),
      runCommand(['task', 'unblock', key, '--json'], { answers: [unblocked] }),
    ]);
    expect(runs.map(({ stdout }) => JSON.parse(stdout))).toEqual([
      {
        task_key: key,
        status: 'completed',
        previous_status: 'in_approval',
        session: expect.objectContaining({
          outcome: 'completed',
          duration_minutes: 90,
          time_since_start: null,
        }),
        next_phase: null,
        repeated: false,
        warnings: [],
      },
      {
        task_key: key,
        status: 'in_development',
        previous_status: 'in_code_review',
        session: expect.objectContaining({ outcome: 'rejected' }),
        next_phase: { phase: 'development', status: 'in_development', agent_types: ['backend'] },
        repeated: false,
        warnings: [],
      },
      {
        task_key: key,
        status: 'blocked',
        previous_status: 'in_development',
        session: null,
        next_phase: null,
        repeated: false,
        warnings: ['No active session found, skipping session closure'],
      },
      {
        task_key: key,
        status: 'ready_for_development',
        previous_status: 'blocked',
        session: null,
        next_phase: { phase: 'development', status: 'in_development', agent_types: ['backend'] },
        repeated: false,
        warnings: [],
      },
    ]);
    expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
  });
});

it('has a code and the allowed transitions if the status does not allow the move', async () => {
  const run = await runCommand(['task', 'finish', key, '--json'], {
    answers: [
      answer(FinishTaskDocument, {
        finishTask: {
          __typename: 'InvalidTransitionError',
          message: 'Nobody works on it',
          suggestion: 'Use claimTask first',
          currentStatus: 'ready_for_development',
          allowedTransitions: ['in_development', 'blocked'],
        },
      }),
    ],
  });
  expect(run.failure).toEqual({
    exitCode: 3,
    code: 'INVALID_TRANSITION',
    message: 'Nobody works on it',
    suggestion: 'Use claimTask first',
    details: {
      current_status: 'ready_for_development',
      allowed_transitions: ['in_development', 'blocked'],
    },
  });
});
