import { describe, expect, it } from 'vitest';
import {
  SessionTurnedStaleDocument,
  type SessionTurnedStaleSubscription,
} from '../../../src/client/generated/graphql.ts';
import { answer, runCommand, session } from '../../support/commands.ts';

type Event = SessionTurnedStaleSubscription['sessionTurnedStale'];

const event = (cursor: string, but: Partial<Event> = {}) =>
  answer(SessionTurnedStaleDocument, {
    sessionTurnedStale: {
      cursor,
      reason: 'AGE',
      threshold: 'PT4H',
      staleAt: '2026-01-11T13:00:00.000Z',
      session: session({ elapsedMinutes: 240 }),
      ...but,
    },
  });

describe('shark watch', () => {
  it('subscribes after the last printed event when it reconnects', async () => {
    const run = await runCommand(
      ['watch', '--stale=4h', '--silent-for=10m', '--agent=backend', '--epic=E07', '--after=before'],
      { events: [event('one'), event('two')] },
    );
    const given = { staleAfter: '4h', silentFor: '10m', filter: { agent: 'backend', epicKey: 'E07' } };
    expect(run.sent).toEqual([
      { operation: 'SessionTurnedStale', variables: { ...given, after: 'before' } },
      { operation: 'SessionTurnedStale', variables: { ...given, after: 'two' } },
    ]);
  });

  it('sends only the given options', async () => {
    const run = await runCommand(['watch']);
    expect(run.sent[1]).toEqual({ operation: 'SessionTurnedStale', variables: { filter: {} } });
  });

  it('prints a repeated event once', async () => {
    const run = await runCommand(['watch', '--json'], {
      events: [event('one'), event('one'), event('two')],
    });
    const told = run.stdout.trimEnd().split('\n');
    expect(told.map((line) => JSON.parse(line).cursor)).toEqual(['one', 'two']);
  });

  it('prints why a session is stale', async () => {
    const run = await runCommand(['watch'], {
      events: [
        event('one'),
        event('two', {
          reason: 'SILENCE',
          session: session({ lastHeartbeatAt: '2026-01-11T12:50:00.000Z', agentId: 'ada\u001B[2J' }),
        }),
        event('three', { reason: 'SILENCE' }),
      ],
    });
    expect(run.stdout).toBe(
      `2026-01-11 13:00:00  T-E07-F20-001  backend  open for 4h 0m  TaskSession:42
2026-01-11 13:00:00  T-E07-F20-001  ada [2J  no heartbeat since 2026-01-11 12:50:00  TaskSession:42
2026-01-11 13:00:00  T-E07-F20-001  backend  no heartbeat since 2026-01-11 09:00:00  TaskSession:42
`,
    );
  });

  it('prints the server and connection errors on standard error', async () => {
    const run = await runCommand(['watch', '--json']);
    expect(run.stdout).toBe('');
    expect(run.stderr).toBe(
      `Watching http://shark.test/graphql. Press Ctrl+C to stop.
Connection lost (it broke [2J). Reconnecting
`,
    );
  });

  it('prints each event as one line of JSON', async () => {
    const run = await runCommand(['watch', '--json'], { events: [event('one')] });
    expect(run.stdout).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(run.stdout)).toEqual({
      cursor: 'one',
      reason: 'age',
      threshold: 'PT4H',
      stale_at: '2026-01-11T13:00:00.000Z',
      session: expect.objectContaining({
        session_id: 'TaskSession:42',
        time_since_start: 'PT4H',
        task_status: 'in_development',
      }),
    });
  });
});
