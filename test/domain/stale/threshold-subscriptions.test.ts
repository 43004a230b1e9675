import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  HeartbeatSessionDocument,
  SessionTurnedStaleDocument,
} from '../../../src/client/generated/graphql.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { expectType, type TestApp, testApp } from '../../support/app.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { openSocket, type Socket } from '../../support/socket.ts';
import { claim, createTasks } from '../../support/tasks.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

interface Setting {
  clock: ManualClock;
  app: TestApp;
  socket: Socket;
  keys: string[];
}

async function setting(statuses: readonly string[], workflow?: object): Promise<Setting> {
  const clock = manualClock();
  const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
  if (workflow !== undefined) writeFileSync(workflowFile, JSON.stringify(workflow));
  const app = await testApp({ clock, config: { workflowFile } });
  onTestFinished(() => app[Symbol.asyncDispose]());
  await app.start();
  const keys = await createTasks(app, statuses);
  const socket = await openSocket(app.url);
  onTestFinished(() => socket.close());
  return { clock, app, socket, keys };
}

const waiting = (count: number) => Array<string>(count).fill('ready_for_development');

async function heartbeat(app: TestApp, sessionId: string): Promise<void> {
  const { heartbeatSession } = await app.send(HeartbeatSessionDocument, { input: { sessionId } });
  expectType(heartbeatSession, 'HeartbeatSessionPayload');
}

/** Every event up to now has been sent once the timers for the next deadlines are set. */
async function timersSet(clock: ManualClock, timers: number): Promise<void> {
  await eventually('the timers are set', () => clock.pending.length === timers);
}

describe('silence', () => {
  it('sends an event when an agent has sent no heartbeat for that time, even in a new session', async () => {
    const { clock, app, socket, keys } = await setting(waiting(2));
    const alive = await claim(app, keys[0] ?? '', 'alive');
    await claim(app, keys[1] ?? '', 'dead');
    const events = socket.subscribe(SessionTurnedStaleDocument, { silentFor: '10m' });
    await timersSet(clock, 2);
    clock.advance(9 * minutes);
    await heartbeat(app, alive.id);
    clock.advance(1 * minutes);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      reason: 'SILENCE',
      threshold: 'PT10M',
      staleAt: '2026-01-11T10:10:00.000Z',
      session: { agentId: 'dead', lastHeartbeatAt: null },
    });
    await timersSet(clock, 2);
    clock.advance(9 * minutes);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      reason: 'SILENCE',
      staleAt: '2026-01-11T10:19:00.000Z',
      session: { agentId: 'alive', lastHeartbeatAt: '2026-01-11T10:09:00.000Z' },
    });
    expect(events.unread).toEqual([]);
  });

  it('sends another event after each heartbeat that is not followed by another one in time', async () => {
    const { clock, app, socket, keys } = await setting(waiting(1));
    const session = await claim(app, keys[0] ?? '');
    const events = socket.subscribe(SessionTurnedStaleDocument, { silentFor: '10m' });
    for (const staleAt of ['2026-01-11T10:10:00.000Z', '2026-01-11T10:25:00.000Z']) {
      await timersSet(clock, 2);
      clock.advance(10 * minutes);
      expect((await events.next()).sessionTurnedStale).toMatchObject({ reason: 'SILENCE', staleAt });
      clock.advance(5 * minutes);
      await heartbeat(app, session.id);
    }
  });

  it('without an age does not check the age', async () => {
    const { clock, app, socket, keys } = await setting(waiting(1));
    const session = await claim(app, keys[0] ?? '');
    clock.advance(5 * hours);
    await heartbeat(app, session.id);
    const events = socket.subscribe(SessionTurnedStaleDocument, { silentFor: '10m' });
    await timersSet(clock, 2);
    clock.advance(10 * minutes);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      reason: 'SILENCE',
      staleAt: '2026-01-11T15:10:00.000Z',
    });
    expect(events.unread).toEqual([]);
  });

  it('and age are separate events, each at its own deadline', async () => {
    const { clock, app, socket, keys } = await setting(waiting(1));
    const session = await claim(app, keys[0] ?? '');
    const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '15m', silentFor: '10m' });
    await timersSet(clock, 3);
    clock.advance(6 * minutes);
    await heartbeat(app, session.id);
    clock.advance(9 * minutes);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      reason: 'AGE',
      threshold: 'PT15M',
      staleAt: '2026-01-11T10:15:00.000Z',
    });
    await timersSet(clock, 2);
    clock.advance(1 * minutes);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      reason: 'SILENCE',
      staleAt: '2026-01-11T10:16:00.000Z',
    });
  });

  it('and age continue after the same cursor, in the order of their deadlines', async () => {
    const { clock, app, socket, keys } = await setting(waiting(3));
    for (const key of keys) {
      await claim(app, key, key.slice(-3));
      clock.advance(1 * minutes);
    }
    clock.advance(20 * minutes);
    const variables = { staleAfter: '5m', silentFor: '6m' };
    const all = socket.subscribe(SessionTurnedStaleDocument, variables);
    const received: string[] = [];
    const cursors: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const { reason, cursor, session } = (await all.next()).sessionTurnedStale;
      received.push(`${reason} ${session.agentId}`);
      cursors.push(cursor);
    }
    // Two events have the same time. They are in the order of the thresholds.
    expect(received).toEqual(['AGE 001', 'AGE 002', 'SILENCE 001', 'AGE 003', 'SILENCE 002', 'SILENCE 003']);

    for (const [index, after] of cursors.entries()) {
      const rest = socket.subscribe(SessionTurnedStaleDocument, { ...variables, after });
      for (const expected of received.slice(index + 1)) {
        const { reason, session } = (await rest.next()).sessionTurnedStale;
        expect(`${reason} ${session.agentId}`).toBe(expected);
      }
      await rest.close();
      expect(rest.unread).toEqual([]);
    }
  });
});

describe('the thresholds of the workflow', () => {
  const workflow = {
    ...defaultWorkflowFile,
    status_metadata: {
      ...defaultWorkflowFile.status_metadata,
      in_qa: { phase: 'qa', stale_after: '30m' },
      in_code_review: { phase: 'review', stale_after: '30m' },
      in_approval: { phase: 'approval', stale_after: 'P1D' },
    },
  };
  const statuses = ['ready_for_development', 'ready_for_qa', 'ready_for_code_review', 'ready_for_approval'];

  it('are the default, by the status of the task during the session', async () => {
    const { clock, app, socket, keys } = await setting(statuses, workflow);
    for (const [index, key] of keys.entries()) await claim(app, key, statuses[index]);
    const events = socket.subscribe(SessionTurnedStaleDocument);
    for (const [advanceMs, agentId, threshold] of [
      [30 * minutes, 'ready_for_qa', 'PT30M'],
      [0, 'ready_for_code_review', 'PT30M'],
      [3.5 * hours, 'ready_for_development', 'PT4H'],
      [20 * hours, 'ready_for_approval', 'P1D'],
    ] as const) {
      await eventually(
        'a timer is set or an event has arrived',
        () => clock.pending.length > 1 || events.unread.length > 0,
      );
      clock.advance(advanceMs);
      expect((await events.next()).sessionTurnedStale).toMatchObject({
        reason: 'AGE',
        threshold,
        session: { agentId },
      });
    }
    expect(events.unread).toEqual([]);
  });

  it('do not apply if the subscriber sets a threshold', async () => {
    const { clock, app, socket, keys } = await setting(statuses, workflow);
    for (const [index, key] of keys.entries()) await claim(app, key, statuses[index]);
    const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '2h' });
    await timersSet(clock, 2);
    clock.advance(2 * hours);
    for (const agentId of statuses)
      expect((await events.next()).sessionTurnedStale).toMatchObject({
        threshold: 'PT2H',
        session: { agentId },
      });
    expect(events.unread).toEqual([]);
  });
});

describe('a cursor', () => {
  it('contains only the thresholds of the subscription', async () => {
    const { clock, app, socket, keys } = await setting(waiting(1));
    await claim(app, keys[0] ?? '');
    const both = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '4h', silentFor: '3h' });
    const one = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '4h' });
    await timersSet(clock, 3);
    clock.advance(3 * hours);
    expect((await both.next()).sessionTurnedStale.reason).toBe('SILENCE');
    await timersSet(clock, 2);
    clock.advance(1 * hours);
    const ofBoth = (await both.next()).sessionTurnedStale.cursor;
    const ofOne = (await one.next()).sessionTurnedStale.cursor;
    expect(Buffer.from(ofBoth, 'base64url').toString()).toContain('SILENCE');
    expect(Buffer.from(ofOne, 'base64url').toString()).not.toContain('SILENCE');
  });

  it('of another threshold starts with the oldest session, so that none is missed', async () => {
    const { clock, app, socket, keys } = await setting(waiting(2));
    await claim(app, keys[0] ?? '', 'old');
    clock.advance(2 * hours);
    await claim(app, keys[1] ?? '', 'young');
    clock.advance(2 * hours);
    const strict = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '4h' });
    const { cursor, session } = (await strict.next()).sessionTurnedStale;
    expect(session.agentId).toBe('old');

    const stricter = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1h', after: cursor });
    expect((await stricter.next()).sessionTurnedStale.session.agentId).toBe('old');
    expect((await stricter.next()).sessionTurnedStale.session.agentId).toBe('young');
  });
});

describe('when the clock is set', () => {
  it('back, a claim made in the repeated time turns stale, and the log has a warning', async () => {
    const { clock, app, socket, keys } = await setting(waiting(2));
    await claim(app, keys[0] ?? '', 'before');
    const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1h' });
    await timersSet(clock, 2);
    clock.advance(1 * hours);
    expect((await events.next()).sessionTurnedStale.session.agentId).toBe('before');

    clock.jumpTo('2026-01-11T08:00:00.000Z');
    const after = await claim(app, keys[1] ?? '', 'after');
    expect(after.startedAt).toBe('2026-01-11T08:00:00.000Z');
    await timersSet(clock, 2);
    clock.advance(1 * hours);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T09:00:00.000Z',
      session: { agentId: 'after' },
    });
    await timersSet(clock, 2);
    clock.advance(2 * hours);
    // It turns stale again, because the clock reaches its deadline for the second time.
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T11:00:00.000Z',
      session: { agentId: 'before' },
    });
    expect(app.logged).toContainEqual(
      expect.objectContaining({
        level: 40,
        byMs: -3 * hours,
        msg: expect.stringContaining('set back by 10800.0 s'),
      }),
    );
  });

  it('forward, overdue sessions are sent within a second, and the log has a warning', async () => {
    const { clock, app, socket, keys } = await setting(waiting(1));
    await claim(app, keys[0] ?? '', 'overdue');
    const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1h' });
    await timersSet(clock, 2);
    clock.jumpTo('2026-01-12T10:00:00.000Z');
    clock.advance(1 * seconds);
    expect((await events.next()).sessionTurnedStale.session.agentId).toBe('overdue');
    expect(app.logged).toContainEqual(
      expect.objectContaining({
        level: 40,
        byMs: 24 * hours,
        msg: expect.stringContaining('ahead by 86400.0 s'),
      }),
    );
  });
});

describe('the statements of an event', () => {
  /** The number of statements for one event with this many subscribers. */
  async function statementsFor(subscribers: number): Promise<number> {
    const { clock, app, socket, keys } = await setting(waiting(1));
    await claim(app, keys[0] ?? '', 'backend');
    const filters = [{}, { agentId: 'backend' }, { epicKey: 'E01' }, { active: true }];
    const subscriptions = Array.from({ length: subscribers }, (_, index) =>
      socket.subscribe(SessionTurnedStaleDocument, { filter: filters[index % filters.length] ?? {} }),
    );
    // The server reads the messages of a socket one after the other.
    await socket.subscribe('{ __typename }').next();
    const queries = () => app.statements.filter((sql) => sql.includes('task_sessions')).length;
    await eventually('every subscriber has read the table', () => queries() >= subscribers);
    await timersSet(clock, 2);
    for (let second = 0; second < 2; second += 1) {
      clock.advance(1 * seconds);
      await timersSet(clock, 2);
      await app.post('{ __typename }');
    }
    app.statements.length = 0;
    clock.advance(4 * hours);
    for (const events of subscriptions)
      expect((await events.next()).sessionTurnedStale.session.agentId).toBe('backend');
    return app.statements.filter((sql) => !sql.includes('data_version')).length;
  }

  it('do not depend on the number of subscribers or their filters', async () => {
    const forOne = await statementsFor(1);
    expect(forOne).toBeGreaterThan(0);
    expect(await statementsFor(40)).toBe(forOne);
  });
});
