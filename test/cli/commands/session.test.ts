import { describe, expect, it } from 'vitest';
import {
  AbandonSessionDocument,
  AbandonStaleSessionsDocument,
  HeartbeatSessionDocument,
  SessionsDocument,
  type SessionPartsFragment,
} from '../../../src/client/generated/graphql.ts';
import { answer, endedSession, runCommand, session } from '../../support/commands.ts';

const abandoned = answer(AbandonSessionDocument, {
  abandonSession: {
    __typename: 'AbandonSessionPayload',
    task: { key: 'T-E07-F20-001', status: 'ready_for_development', assignedAgent: null },
    session: endedSession('ABANDONED'),
    previousStatus: 'in_development',
    nextPhase: { phase: 'development', status: 'in_development', agentTypes: ['backend'] },
    repeated: false,
    warnings: [],
  },
});
const abandonedStale = (
  sessions: SessionPartsFragment[],
  remaining = 0,
  warnings: string[] = [],
  skipped: SessionPartsFragment[] = [],
  skippedCount = skipped.length,
) =>
  answer(AbandonStaleSessionsDocument, {
    abandonStaleSessions: {
      __typename: 'AbandonStaleSessionsPayload',
      sessions,
      remaining,
      skipped,
      skippedCount,
      aliveWithin: 'PT5M',
      warnings,
    },
  });

describe('shark session abandon', () => {
  it.each([
    { args: ['TaskSession:42'], input: { sessionId: 'TaskSession:42' } },
    {
      args: ['42', '--reason=no heartbeat'],
      input: { sessionId: 'TaskSession:42', reason: 'no heartbeat' },
    },
  ])('abandons one session: $args', async ({ args, input }) => {
    const run = await runCommand(['session', 'abandon', ...args], { answers: [abandoned] });
    expect(run.sent).toEqual([{ operation: 'AbandonSession', variables: { input } }]);
    expect(run.stdout).toBe(
      `T-E07-F20-001  Abandoned: in_development → ready_for_development
Session TaskSession:42, abandoned after 1h 30m
Next: in_development, for backend
`,
    );
  });

  it('abandons all stale sessions', async () => {
    const run = await runCommand(
      ['session', 'abandon', '--stale=4h', '--agent=backend', '--epic=E07', '--reason=night'],
      { answers: [abandonedStale([endedSession('ABANDONED')], 3, ['One was left as it is'])] },
    );
    expect(run.sent).toEqual([
      {
        operation: 'AbandonStaleSessions',
        variables: {
          input: { staleAfter: '4h', reason: 'night', filter: { agent: 'backend', epicKey: 'E07' } },
        },
      },
    ]);
    expect(run.stdout).toBe(
      `TASK           AGENT    PHASE        STARTED (UTC)        ENDED (UTC)          DURATION  OUTCOME    SESSION
T-E07-F20-001  backend  development  2026-01-11 09:00:00  2026-01-11 10:30:00    1h 30m  abandoned  TaskSession:42

1 session abandoned
`,
    );
    expect(run.stderr).toBe(
      'Warning: One was left as it is\n3 sessions still open: run the command again to abandon them\n',
    );
  });

  it('prints a message if no session is stale', async () => {
    const run = await runCommand(['session', 'abandon', '--stale=4h'], { answers: [abandonedStale([])] });
    expect(run).toMatchObject({ stdout: 'No session is stale.\n', stderr: '', failure: undefined });
  });

  it('prints JSON with the number of remaining sessions', async () => {
    const run = await runCommand(['session', 'abandon', '--stale=4h', '--json'], {
      answers: [abandonedStale([endedSession('ABANDONED')], 3, ['One was left as it is'])],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      session_count: 1,
      sessions: [expect.objectContaining({ session_id: 'TaskSession:42', outcome: 'abandoned' })],
      remaining: 3,
      skipped_count: 0,
      skipped: [],
      alive_within: 'PT5M',
      warnings: ['One was left as it is'],
    });
  });

  it('abandons sessions without heartbeats, and living ones with --force', async () => {
    const silent = await runCommand(['session', 'abandon', '--silent-for=10m'], {
      answers: [abandonedStale([])],
    });
    expect(silent.sent).toMatchObject([{ variables: { input: { silentFor: '10m' } } }]);
    const forced = await runCommand(['session', 'abandon', '--stale=4h', '--force'], {
      answers: [abandonedStale([])],
    });
    expect(forced.sent).toMatchObject([{ variables: { input: { staleAfter: '4h', includeAlive: true } } }]);
  });

  it('names the skipped sessions and the option that abandons them', async () => {
    const many = Array.from({ length: 11 }, (_, index) => session({ agentId: `agent-${index}` }));
    const some = await runCommand(['session', 'abandon', '--stale=2s'], {
      answers: [abandonedStale([], 0, [], [session(), session({ agentId: 'ada' })])],
    });
    expect(some).toMatchObject({
      stdout: 'No session was abandoned.\n',
      stderr:
        'Skipped 2 sessions with a heartbeat in the last 5m: T-E07-F20-001 (backend), T-E07-F20-001 (ada). Use --force to abandon them, too\n',
    });
    const all = await runCommand(['session', 'abandon', '--stale=2s', '--json'], {
      answers: [abandonedStale([], 0, [], many, 300)],
    });
    expect(all.stderr).toContain('(agent-9), 290 more. Use --force');
    expect(JSON.parse(all.stdout)).toMatchObject({
      session_count: 0,
      skipped_count: 300,
      skipped: many.map(({ agentId }) => ({ session_id: 'TaskSession:42', agent_id: agentId })),
      alive_within: 'PT5M',
    });
  });

  it('says that an agent is unknown if nothing was abandoned', async () => {
    const run = await runCommand(['session', 'abandon', '--stale=4h', '--agent=bakend'], {
      answers: [
        abandonedStale([]),
        answer(SessionsDocument, {
          sessions: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
        }),
      ],
    });
    expect(run).toMatchObject({
      stdout: 'No session is stale.\n',
      stderr: "No session of agent 'bakend' was ever recorded.\n",
      failure: undefined,
    });
  });

  it.each([
    { args: [] },
    { args: ['TaskSession:42', '--stale=4h'] },
    { args: ['TaskSession:42', '--agent=backend'] },
    { args: ['TaskSession:42', '--epic=E07'] },
    { args: ['--agent=backend'] },
    { args: ['TaskSession:42', '--silent-for=10m'] },
    { args: ['TaskSession:42', '--force'] },
    { args: ['--force'] },
  ])('rejects ambiguous arguments: $args', async ({ args }) => {
    const run = await runCommand(['session', 'abandon', ...args]);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({
      exitCode: 2,
      code: 'USAGE',
      message: expect.stringContaining('Give either a session'),
    });
  });

  it('returns the closed and the active session if the session has already ended', async () => {
    const run = await runCommand(['session', 'abandon', '42'], {
      answers: [
        answer(AbandonSessionDocument, {
          abandonSession: {
            __typename: 'SessionNotActiveError',
            message: 'Session TaskSession:42 was abandoned at 2026-01-11 10:30:00',
            suggestion: null,
            closedSession: {
              id: 'TaskSession:42',
              outcome: 'ABANDONED',
              endedAt: '2026-01-11T10:30:00.000Z',
            },
            activeSession: null,
          },
        }),
      ],
    });
    expect(run.failure).toEqual({
      exitCode: 1,
      code: 'SESSION_NOT_ACTIVE',
      message: 'Session TaskSession:42 was abandoned at 2026-01-11 10:30:00',
      suggestion: null,
      details: {
        closed_session: {
          id: 'TaskSession:42',
          outcome: 'ABANDONED',
          ended_at: '2026-01-11T10:30:00.000Z',
        },
        active_session: null,
      },
    });
  });
});

describe('shark session heartbeat', () => {
  const beat = (status: string, warnings: string[] = []) =>
    answer(HeartbeatSessionDocument, {
      heartbeatSession: {
        __typename: 'HeartbeatSessionPayload',
        session: session({ lastHeartbeatAt: '2026-01-11T10:29:59.123Z' }),
        task: { key: 'T-E07-F20-001', status, phase: 'development' },
        warnings,
      },
    });
  const alive = beat('in_development');

  it.each(['42', 'TaskSession:42'])('sends a heartbeat for session %s', async (id) => {
    const run = await runCommand(['session', 'heartbeat', id], { answers: [alive] });
    expect(run.sent).toEqual([
      { operation: 'HeartbeatSession', variables: { input: { sessionId: 'TaskSession:42' } } },
    ]);
    expect(run.stdout).toBe(
      'Session TaskSession:42 of backend: heartbeat at 2026-01-11 10:29:59 UTC, T-E07-F20-001 is in in_development\n',
    );
  });

  it('says where the task is, and warns if it was moved', async () => {
    const run = await runCommand(['session', 'heartbeat', '42'], {
      answers: [beat('cancelled\u001B[2J', ['Another program moved the task'])],
    });
    expect(run.stdout).toMatch(/, T-E07-F20-001 is in cancelled.*\n$/);
    expect(run.stdout).not.toContain('\u001B');
    expect(run.stderr).toBe('Warning: Another program moved the task\n');
  });

  it('prints the session and its task as JSON', async () => {
    const run = await runCommand(['session', 'heartbeat', '42', '--json'], {
      answers: [beat('cancelled', ['Another program moved the task'])],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      status: 'cancelled',
      warnings: ['Another program moved the task'],
      session: expect.objectContaining({
        session_id: 'TaskSession:42',
        last_heartbeat_at: '2026-01-11T10:29:59.123Z',
      }),
    });
  });
});
