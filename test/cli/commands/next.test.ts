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
    warnings: [],
  },
});

describe('shark task next', () => {
  it.each([
    { what: 'any work', flags: [], environment: {}, sent: {} },
    {
      what: 'any work where only an agent is named, who may be of any kind',
      flags: ['--agent=backend'],
      environment: { agent: 'sam' },
      sent: {},
    },
    {
      what: 'work for the kind that the environment says, whoever it is for',
      flags: ['--agent=backend-1'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentType: 'backend' },
    },
    {
      what: 'work for the kind that --agent-type says before all others',
      flags: ['--agent=backend-1', '--agent-type=tech-lead', '--epic=E07'],
      environment: { agent: 'backend', agentType: 'backend' },
      sent: { agentType: 'tech-lead', epicKey: 'E07' },
    },
    {
      what: 'work for all agents where only a user is known, who is of no kind',
      flags: [],
      environment: { agent: 'sam' },
      sent: {},
    },
  ])('asks for $what, and claims nothing', async ({ flags, environment, sent }) => {
    const run = await runCommand(['task', 'next', ...flags], { ...environment, answers: [found] });
    expect(run.sent).toEqual([{ operation: 'NextTask', variables: sent }]);
  });

  it('shows the task', async () => {
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
  ])('says $said when there is no work, which is no failure', async ({ flags, said }) => {
    const run = await runCommand(['task', 'next', ...flags], { answers: [none] });
    expect(run).toMatchObject({ stdout: `${said}\n`, stderr: '', failure: undefined });
  });

  it('prints the same fields as JSON when there is no work', async () => {
    const run = await runCommand(['task', 'next', '--json'], { answers: [none] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: null,
      title: null,
      status: null,
      phase: null,
      priority: null,
    });
  });
});

describe('shark task next --claim', () => {
  it.each([
    {
      who: 'the agent and kind that are given',
      flags: ['--agent=backend-1', '--agent-type=backend', '--epic=E07', '--idempotency-key=once'],
      environment: { agent: 'sam' },
      sent: { agentId: 'backend-1', agentType: 'backend', epicKey: 'E07', idempotencyKey: 'once' },
    },
    {
      who: 'the agent that is given, of whatever kind',
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
      who: 'the user, who is of no kind',
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

  it('asks nobody where nobody is named', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent-type=backend']);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({ exitCode: 2, code: 'USAGE' });
  });

  it('says what a claim by key says', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent=backend-1'], { answers: [claimed] });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Claimed for backend-1: ready_for_development → in_development
Session TaskSession:42, since 2026-01-11 09:00:00 UTC
`,
    );
  });

  it('says when there is no work, which is no failure', async () => {
    const flags = ['--agent=backend-1', '--agent-type=backend', '--epic=E07'];
    const run = await runCommand(['task', 'next', '--claim', ...flags], { answers: [noneClaimed] });
    expect(run).toMatchObject({
      stdout: "No task waits in E07 for an agent of type 'backend'.\n",
      failure: undefined,
    });
  });

  it('prints the fields of a claim as JSON also when there is no work', async () => {
    const run = await runCommand(['task', 'next', '--claim', '--agent=backend', '--json'], {
      answers: [noneClaimed],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: null,
      status: null,
      previous_status: null,
      session: null,
      next_phase: null,
      warnings: [],
    });
  });
});
