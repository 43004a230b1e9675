import { describe, expect, it } from 'vitest';
import { TaskDetailsDocument } from '../../../src/client/generated/graphql.ts';
import { answer, endedSession, runCommand, session } from '../../support/commands.ts';
import { openBoard } from '../../support/board.ts';

const key = 'T-E07-F20-001';
const details = answer(TaskDetailsDocument, {
  task: {
    key,
    title: 'Issue tokens',
    description: 'With an\u001B[2J expiry',
    status: 'in_development',
    phase: 'development',
    priority: 3,
    executionOrder: null,
    agentType: 'developer',
    assignedAgent: 'backend',
    blockedReason: null,
    createdAt: '2026-01-10T08:00:00.000Z',
    startedAt: '2026-01-11T09:00:00.000Z',
    completedAt: null,
    feature: { key: 'E07-F20', title: 'Tokens', epic: { key: 'E07', title: 'Sign-in' } },
    dependencies: [
      { key: 'T-E07-F20-000', status: 'cancelled', state: 'CANCELLED' },
      { key: 'T-E99-F01-001', status: null, state: 'MISSING' },
    ],
    activeSession: session(),
    sessions: { totalCount: 7, nodes: [session(), endedSession('ABANDONED', { id: 'TaskSession:41' })] },
    notes: [
      { type: 'comment', content: 'Needs a key', createdBy: 'sam', createdAt: '2026-01-10T09:00:00.000Z' },
    ],
  },
});

describe.each(['show', 'get'])('shark task %s', (command) => {
  it('prints the task with its dependencies, sessions and notes', async () => {
    const run = await runCommand(['task', command, key], { answers: [details] });
    expect(run.sent).toEqual([{ operation: 'TaskDetails', variables: { key, first: 5 } }]);
    expect(run.stdout).toMatch(
      new RegExp(`^${key}  Issue tokens  \\(in_development\\)

With an.* expiry

Epic:      E07  Sign-in
Feature:   E07-F20  Tokens
Phase:     development
Priority:  3
For:       developer
Agent:     backend, since 2026-01-11 09:00:00 UTC, in TaskSession:42
Needs:     T-E07-F20-000 \\(cancelled\\), T-E99-F01-001 \\(does not exist\\)
Created:   2026-01-10 08:00:00 UTC

AGENT .*
.*TaskSession:42
.*abandoned.*TaskSession:41

The latest 2 of 7 sessions. shark task sessions ${key} lists all

WHEN .*
.*Needs a key
$`),
    );
    expect(run.stdout).not.toContain('\u001B');
  });

  it('prints JSON', async () => {
    const { stdout } = await runCommand(['task', command, key, '--json'], { answers: [details] });
    expect(JSON.parse(stdout)).toMatchObject({
      task_key: key,
      status: 'in_development',
      feature_key: 'E07-F20',
      epic_key: 'E07',
      depends_on: [
        { task_key: 'T-E07-F20-000', status: 'cancelled', state: 'cancelled' },
        { task_key: 'T-E99-F01-001', status: null, state: 'missing' },
      ],
      open_session: { session_id: 'TaskSession:42' },
      session_count: 7,
      sessions: [{ session_id: 'TaskSession:42' }, { session_id: 'TaskSession:41', outcome: 'abandoned' }],
      notes: [{ content: 'Needs a key', created_by: 'sam' }],
    });
  });

  it('says that there is no such task', async () => {
    const run = await runCommand(['task', command, key], {
      answers: [answer(TaskDetailsDocument, { task: null })],
    });
    expect(run.failure).toMatchObject({ exitCode: 1, code: 'TASK_NOT_FOUND' });
  });
});

it.each(['on the file', 'against a server'] as const)('shark task show works %s', async (way) => {
  await using board = await openBoard(way);
  board.put(key);
  await board.shark('task', 'claim', key, '--agent=backend');
  const { code, stdout } = await board.shark('task', 'show', 'e07-f20-001');
  expect(code).toBe(0);
  expect(stdout).toContain(`${key}  The API  (in_development)`);
  expect(stdout).toContain('Agent:     backend, since ');
});
