import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { metricsOf } from '../../support/metrics.ts';
import { openPausingSocket } from '../../support/pausing-socket.ts';
import { eventually } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { claim, createTask } from '../../support/tasks.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Slow readers stay connected, because other tests are about them. */
const limits = { ...readConfig({}).limits, slowReaderTimeoutMs: 24 * hours, answerBytes: 100_000_000 };

async function startedApp(clock: ManualClock) {
  const app = await testApp({ clock, config: { limits } });
  await app.start();
  return app;
}

/** A response with these is much larger than the socket buffers of the operating system. */
const bigNotes = `UPDATE task_sessions SET notes = printf('%.*c', 1000000, 'x')`;
const twentyMegabytes = Array.from({ length: 20 }, (_, number) => `notes${number}: notes`).join(' ');

/** Advances the clock, and waits until all peers have read and answered the messages of that time. */
async function pass(app: TestApp, clock: ManualClock, milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  // The first request is read after all earlier messages, and the second one after the answers to them.
  for (let request = 0; request < 2; request += 1)
    await (await fetch(app.url.replace('/graphql', '/health'))).text();
}

describe('a WebSocket', () => {
  it('is pinged every 15 seconds, and stays open while its peer responds', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openPausingSocket(app.url);

    await pass(app, clock, 15 * seconds - 1);
    expect(socket.pings).toBe(0);
    await pass(app, clock, 1);
    await eventually('the ping has come', () => socket.pings === 1);
    for (let passed = 0; passed < 20; passed += 1) await pass(app, clock, 15 * seconds);

    expect(socket.pings).toBe(21);
    socket.send({ type: 'ping' });
    expect(await socket.messages.next()).toEqual({ type: 'pong' });
  });

  it('is closed after a minute of silence', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using silent = await openPausingSocket(app.url, { answersPings: false });
    await using answering = await openPausingSocket(app.url);

    for (let pings = 1; pings <= 4; pings += 1) {
      await pass(app, clock, 15 * seconds);
      await eventually('the ping has come', () => silent.pings === pings);
    }
    await pass(app, clock, 15 * seconds);

    expect(await silent.closed()).toMatchObject({ code: 1006 });
    answering.send({ type: 'ping' });
    expect(await answering.messages.next()).toEqual({ type: 'pong' });
  });

  it('stays open after any message', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openPausingSocket(app.url, { answersPings: false });

    for (let passed = 0; passed < 10; passed += 1) {
      await pass(app, clock, 45 * seconds);
      socket.send({ type: 'ping' });
      expect(await socket.messages.next()).toEqual({ type: 'pong' });
    }
  });

  it('stays open after a pause of the server, because only pings that were sent count', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openPausingSocket(app.url);

    // In one step: no messages are sent or read.
    clock.advance(5 * hours);
    await eventually('a ping has come', () => socket.pings > 0);
    await pass(app, clock, 5 * hours);

    expect(socket.pings).toBe(2);
    socket.send({ type: 'ping' });
    expect(await socket.messages.next()).toEqual({ type: 'pong' });
  });

  it('is neither closed nor pinged while its peer does not read pending data', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openPausingSocket(app.url);
    await claim(app, await createTask(app));
    app.change(bigNotes);
    const query = `{ sessions { nodes { ${twentyMegabytes} } } }`;
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await socket.pauseBehindNextData();
    for (let passed = 0; passed < 40; passed += 1) await pass(app, clock, 15 * seconds);

    const { total } = await metricsOf(app);
    expect(total('shark_limit_exceeded_total', { setting: 'MAX_SOCKET_BUFFER_BYTES' })).toBe(1);
    socket.resume();
    const answer = await socket.messages.next();
    expect(JSON.stringify(answer).length).toBeGreaterThan(20_000_000);
    expect((await socket.messages.next()).type).toBe('complete');
    expect(socket.pings).toBeLessThanOrEqual(1);
    await pass(app, clock, 15 * seconds);
    await eventually('pings are sent again', () => socket.pings > 0);
  });

  it('does not count earlier pings while its peer does not read pending data', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await claim(app, await createTask(app));
    app.change(bigNotes);
    await using socket = await openPausingSocket(app.url, { answersPings: false });
    const query = `subscription { sessionTurnedStale(staleAfter: "65s") { session { ${twentyMegabytes} } } }`;
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await eventually('the subscription is served', () => clock.pending.length === 2);
    for (let pings = 1; pings <= 4; pings += 1) {
      await pass(app, clock, 15 * seconds);
      await eventually('the ping has come', () => socket.pings === pings);
    }

    const paused = socket.pauseBehindNextData();
    clock.advance(5 * seconds);
    await paused;
    for (let passed = 0; passed < 8; passed += 1) await pass(app, clock, 15 * seconds);

    socket.resume();
    expect((await socket.messages.next()).type).toBe('next');
  });
});

it('one timer serves all WebSockets, and stops with the last one', async () => {
  const clock = manualClock();
  await using app = await startedApp(clock);
  const timers = () => clock.pendingUnref.filter((milliseconds) => milliseconds <= 15 * seconds);
  expect(timers()).toEqual([]);
  const sockets = await Promise.all([1, 2, 3].map(() => openSocket(app.url)));
  expect(timers()).toEqual([15 * seconds]);
  await pass(app, clock, 20 * seconds);
  expect(timers()).toEqual([10 * seconds]);

  for (const socket of sockets) await socket.close();
  await eventually('no timer runs', () => timers().length === 0);
  await using _ = await openSocket(app.url);
  expect(timers()).toEqual([15 * seconds]);
  await app.stop();
  expect(timers()).toEqual([]);
});
