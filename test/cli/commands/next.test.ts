import { describe, expect, it } from 'vitest';
import { ClaimNextTaskDocument, NextTaskDocument } from '../../../src/client/generated/graphql.ts';
import { answer, runCommand, session } from '../../support/commands.ts';

const found = answer(NextTaskDocument, {
  nextTask: {
    key: 'T-E07-F20-001',
    title: 'Issue tokens',
    status: 'ready_for_development',
    phase: 'development',
    priority: 3,
    dependencies: [],
  },
});
const none = answer(NextTaskDocument, { nextTask: null });

const claimed = answer(ClaimNextTaskDocument, {
  claimNextTask: {
    __typename: 'ClaimNextTaskPayload',
    task: { key: 'T-E07-F20-001', status: 'in_development', assignedAgent: 'backend-1' },
    session: session({ agentId: 'backend-1' }),
    previousStatus: 'ready_for_development',
    nextPhase: null,
    repeated: false,
    warnings: [],
  },
});
const noneClaimed = answer(ClaimNextTaskDocument, {
  claimNextTask: {
    __typename: 'ClaimNextTaskPayload',
    task: null,
    session: null,
    previousStatus: null,
    nextPhase: null,
    repeated: false,
    warnings: [],
  },
});

describe('shark task next', () => {
  it('warns if a dependency of the task was not completed', async () => {
    const dependent = answer(NextTaskDocument, {
      nextTask: {
        key: 'T-E07-F20-001',
        title: 'Issue tokens',
        status: 'ready_for_development',
        phase: 'development',
        priority: 3,
        dependencies: [
          { key: 'T-E07-F20-002', status: 'completed', state: 'COMPLETED' },
          { key: 'T-E07-F20-003', status: 'cancelled', state: 'CANCELLED' },
          { key: 'T-E99-F01-001', status: null, state: 'MISSING' },
        ],
      },
    });
    const run = await runCommand(['task', 'next'], { answers: [dependent] });
    expect(run.stderr).toBe(
      'Warning: The task depends on T-E07-F20-003, which is cancelled\nWarning: The task depends on T-E99-F01-001, which does not exist\n',
    );
    const json = await runCommand(['task', 'next', '--json'], { answers: [dependent] });
    expect(JSON.parse(json.stdout).depends_on[1]).toEqual({
      task_key: 'T-E07-F20-003',
      status: 'cancelled',
      state: 'cancelled',
    });
  });

  it.each([
    { what: 'all work', flags: [], environment: {}, sent: {} },
    {
      what: 'all work if only an agent is given',
      flags: ['--agent=backend'],
      environment: { agent: 'sam' },
      sent: {},
    },
    {
      what: 'work for the type of the environment',
      flags: ['--agent=backend-1'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentType: 'backend' },
    },
    {
      what: 'work for the type of --agent-type',
      flags: ['--agent=backend-1', '--agent-type=tech-lead', '--epic=E07'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentType: 'tech-lead', epicKey: 'E07' },
    },
    {
      what: 'all work for a user without a type',
      flags: [],
      environment: { agent: 'sam' },
      sent: {},
    },
  ])('requests $what, and claims nothing', async ({ flags, environment, sent }) => {
    const run = await runCommand(['task', 'next', ...flags], { ...environment, answers: [found] });
    expect(run.sent).toEqual([{ operation: 'NextTask', variables: sent }]);
  });

  it('prints the task', async () => {
    const run = await runCommand(['task', 'next'], { answers: [found] });
    expect(run.stdout).toBe('T-E07-F20-001  Issue tokens\nready_for_development, priority 3\n');
  });

  it('prints the task as JSON', async () => {
    const run = await runCommand(['task', 'next', '--json'], { answers: [found] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'ready_for_development',
      phase: 'development',
      priority: 3,
      depends_on: [],
    });
  });

  it.each([
    { flags: [], said: 'No task waits.' },
    { flags: ['--epic=E07'], said: 'No task waits in E07.' },
    { flags: ['--agent-type=backend'], said: "No task waits for an agent of type 'backend'." },
    {
      flags: ['--epic=E07', '--agent-type=qa\u001B[2J'],
      said: "No task waits in E07 for an agent of type 'qa [2J'.",
    },
  ])('prints $said and exits with 0 if there is no work', async ({ flags, said }) => {
    const run = await runCommand(['task', 'next', ...flags], { answers: [none] });
    expect(run).toMatchObject({ stdout: `${said}\n`, stderr: '', failure: undefined });
  });

  it('prints the same JSON fields if there is no work', async () => {
    const run = await runCommand(['task', 'next', '--json'], { answers: [none] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: null,
      title: null,
      status: null,
      phase: null,
      priority: null,
      depends_on: [],
    });
  });
});

describe('shark task next --claim', () => {
  it.each([
    {
      who: 'the given agent and type',
      flags: ['--agent=backend-1', '--agent-type=backend', '--epic=E07', '--idempotency-key=once'],
      environment: { agent: 'sam' },
      sent: { agentId: 'backend-1', agentType: 'backend', epicKey: 'E07', idempotencyKey: 'once' },
    },
    {
      who: 'the given agent of any type',
      flags: ['--agent=backend'],
      environment: { agent: 'sam' },
      sent: { agentId: 'backend' },
    },
    {
      who: 'the agent of the environment',
      flags: [],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentId: 'backend', agentType: 'backend' },
    },
    {
      who: 'the user without a type',
      flags: [],
      environment: { agent: 'sam' },
      sent: { agentId: 'sam' },
    },
  ])('claims for $who', async ({ flags, environment, sent }) => {
    const run = await runCommand(['task', 'next', '--claim', ...flags], {
      ...environment,
      answers: [claimed],
    });
    expect(run.sent).toEqual([{ operation: 'ClaimNextTask', variables: { input: sent } }]);
  });

  it('sends no request without an agent', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent-type=backend']);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({ exitCode: 2, code: 'USAGE' });
  });

  it('prints the same as shark task claim', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent=backend-1'], { answers: [claimed] });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Claimed for backend-1: ready_for_development → in_development
Session TaskSession:42, since 2026-01-11 09:00:00 UTC
`,
    );
  });

  it('prints a message and exits with 0 if there is no work', async () => {
    const flags = ['--agent=backend-1', '--agent-type=backend', '--epic=E07'];
    const run = await runCommand(['task', 'next', '--claim', ...flags], { answers: [noneClaimed] });
    expect(run).toMatchObject({
      stdout: "No task waits in E07 for an agent of type 'backend'.\n",
      failure: undefined,
    });
  });

  it('prints the JSON fields of a claim if there is no work, too', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent=backend', '--json'], {
      answers: [noneClaimed],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: null,
      status: null,
      previous_status: null,
      session: null,
      next_phase: null,
      repeated: false,
      warnings: [],
    });
  });
});
