import { describe, expect, it } from 'vitest';
import { type ClaimTaskMutation, ClaimTaskDocument } from '../../../src/client/generated/graphql.ts';
import { answer, runCommand, session } from '../../support/commands.ts';

type Payload = Extract<ClaimTaskMutation['claimTask'], { __typename: 'ClaimTaskPayload' }>;

const claimed = (but: Partial<Payload> = {}) =>
  answer(ClaimTaskDocument, {
    claimTask: {
      __typename: 'ClaimTaskPayload',
      task: { key: 'T-E07-F20-001', status: 'in_development', assignedAgent: 'backend' },
      session: session(),
      previousStatus: 'ready_for_development',
      nextPhase: { phase: 'review', status: 'ready_for_code_review', agentTypes: ['tech-lead', 'architect'] },
      repeated: false,
      warnings: [],
      ...but,
    },
  });

const claim = ['task', 'claim', 'T-E07-F20-001'];

describe('shark task claim', () => {
  it.each([
    {
      who: 'the agent of --agent',
      flags: ['--agent=backend-2'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentId: 'backend-2', agentType: 'backend' },
    },
    {
      who: 'the agent of the environment',
      flags: [],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentId: 'backend', agentType: 'backend' },
    },
    {
      who: 'an agent without a type',
      flags: ['--agent', 'sam'],
      environment: {},
      sent: { agentId: 'sam' },
    },
    {
      who: 'the type of --agent-type',
      flags: ['--agent=sam', '--agent-type=tech-lead'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentId: 'sam', agentType: 'tech-lead' },
    },
  ])('claims for $who', async ({ flags, environment, sent }) => {
    const run = await runCommand([...claim, ...flags], { ...environment, answers: [claimed()] });
    expect(run.sent).toEqual([
      { operation: 'ClaimTask', variables: { input: { taskKey: 'T-E07-F20-001', ...sent } } },
    ]);
    expect(run.failure).toBeUndefined();
  });

  it('sends the idempotency key, and does not allow a new database', async () => {
    const run = await runCommand([...claim, '--agent=sam', '--idempotency-key=once'], {
      answers: [claimed()],
    });
    expect(run.sent).toEqual([
      {
        operation: 'ClaimTask',
        variables: { input: { taskKey: 'T-E07-F20-001', agentId: 'sam', idempotencyKey: 'once' } },
      },
    ]);
    expect(run.needs).not.toHaveProperty('mayMakeDatabase');
  });

  it('sends no request without an agent', async () => {
    const run = await runCommand(claim);
    expect(run.sent).toEqual([]);
    expect(run.failure).toEqual({
      exitCode: 2,
      code: 'USAGE',
      message: 'No agent is given: write for example --agent=backend, or set SHARK_AGENT_TYPE',
      suggestion: null,
      details: {},
    });
  });

  it('prints the task, the session and the next phase', async () => {
    const run = await runCommand([...claim, '--agent=backend'], { answers: [claimed()] });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Claimed for backend: ready_for_development → in_development
Session TaskSession:42, since 2026-01-11 09:00:00 UTC
Next: ready_for_code_review, for tech-lead, architect
`,
    );
    expect(run.stderr).toBe('');
  });

  it('prints that rework stays in the status, and that any agent can continue', async () => {
    const run = await runCommand([...claim, '--agent=backend'], {
      answers: [
        claimed({
          previousStatus: 'in_development',
          nextPhase: { phase: 'review', status: 'ready_for_code_review', agentTypes: [] },
        }),
      ],
    });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Claimed for backend: still in_development
Session TaskSession:42, since 2026-01-11 09:00:00 UTC
Next: ready_for_code_review, for all agents
`,
    );
  });

  it('omits the session and the next phase if there are none', async () => {
    const run = await runCommand([...claim, '--agent=backend'], {
      answers: [
        claimed({ session: null, nextPhase: null, warnings: ['Sessions are not recorded\u001B[2J here'] }),
      ],
    });
    expect(run.stdout).toBe('T-E07-F20-001  Claimed for backend: ready_for_development → in_development\n');
    expect(run.stderr).toBe('Warning: Sessions are not recorded [2J here\n');
  });

  it('prints all fields as JSON', async () => {
    const run = await runCommand([...claim, '--agent=backend', '--json'], {
      answers: [claimed({ warnings: ['Only tech-leads work here'] })],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      status: 'in_development',
      previous_status: 'ready_for_development',
      session: {
        session_id: 'TaskSession:42',
        task_key: 'T-E07-F20-001',
        agent_id: 'backend',
        agent_type: 'backend',
        phase: 'development',
        started_at: '2026-01-11T09:00:00.000Z',
        last_heartbeat_at: null,
        ended_at: null,
        outcome: null,
        notes: null,
        duration_minutes: null,
        elapsed_minutes: 90,
        time_since_start: 'PT1H30M',
        task_status: 'in_development',
      },
      next_phase: {
        phase: 'review',
        status: 'ready_for_code_review',
        agent_types: ['tech-lead', 'architect'],
      },
      repeated: false,
      warnings: ['Only tech-leads work here'],
    });
    // The warnings are only in the JSON output.
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(/^\{\n {2}"task_key"/);
  });

  it('prints null as JSON for a missing session and phase', async () => {
    const run = await runCommand([...claim, '--agent=backend', '--json'], {
      answers: [claimed({ session: null, nextPhase: null })],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      status: 'in_development',
      previous_status: 'ready_for_development',
      session: null,
      next_phase: null,
      repeated: false,
      warnings: [],
    });
  });

  it('prints the error of the API unchanged', async () => {
    const run = await runCommand([...claim, '--agent=frontend'], {
      answers: [
        answer(ClaimTaskDocument, {
          claimTask: {
            __typename: 'TaskAlreadyClaimedError',
            message: "Task already claimed by agent 'backend' since 2026-01-11 10:00:00",
            suggestion: 'Use finishTask or rejectTask to complete work first',
            activeSession: {
              id: 'TaskSession:42',
              agentId: 'backend',
              startedAt: '2026-01-11T10:00:00.000Z',
            },
          },
        }),
      ],
    });
    expect(run.stdout).toBe('');
    expect(run.failure).toEqual({
      exitCode: 1,
      code: 'TASK_ALREADY_CLAIMED',
      message: "Task already claimed by agent 'backend' since 2026-01-11 10:00:00",
      suggestion: 'Use finishTask or rejectTask to complete work first',
      details: {
        active_session: {
          id: 'TaskSession:42',
          agent_id: 'backend',
          started_at: '2026-01-11T10:00:00.000Z',
        },
      },
    });
  });
});
