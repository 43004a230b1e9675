import { expect, it } from 'vitest';
import { SessionTurnedStaleDocument } from '../../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import type { Events } from '../../support/events.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { abandonSession, finishTask } from '../../support/mutations.ts';
import { eventually } from '../../support/received.ts';
import { claim, createTasks } from '../../support/tasks.ts';
import { transports } from '../../support/transports.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Two running servers on one database file and one clock, with claimable tasks. */
async function twoServers(clock: ManualClock, tasks: number) {
  const one = await testApp({ clock });
  const other = await testApp({ clock, config: { databaseFile: one.config.databaseFile } });
  await one.start();
  await other.start();
  const keys = await createTasks(one, Array<string>(tasks).fill('ready_for_development'));
  return {
    servers: [one, other] as const,
    keys,
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
    },
  };
}

/** Lets seconds pass until each subscriber has an event: the commits of other processes are checked once per second. */
async function untilReceived(clock: ManualClock, ...all: Events<unknown>[]): Promise<void> {
  let advanceAt = 0;
  await eventually('each subscriber has an event', () => {
    // Not in every call: the server disconnects clients that do not respond to a ping in time.
    if (performance.now() >= advanceAt) {
      clock.advance(1 * seconds);
      advanceAt = performance.now() + 50;
    }
    return all.every(({ unread }) => unread.length > 0);
  });
}

/** Over the first transport or, with an odd number, over the second. */
function subscribeTo(app: TestApp, transport: number, after: string | null = null) {
  const chosen = transports[transport % transports.length];
  if (chosen === undefined) throw new Error('There are no transports');
  return chosen.subscribe(app.url, SessionTurnedStaleDocument, { after });
}

async function agentOf(events: Awaited<ReturnType<typeof subscribeTo>>): Promise<string> {
  return (await events.next()).sessionTurnedStale.session.agentId;
}

it('two servers on one file send the same sessions, in the same order and with the same cursors', async () => {
  const clock = manualClock();
  await using both = await twoServers(clock, 6);
  const [one, other] = both.servers;
  await using ofOne = await subscribeTo(one, 0);
  await using ofOther = await subscribeTo(other, 1);
  for (const [index, key] of both.keys.entries()) {
    // Two sessions start in the same millisecond, each through a different server.
    await claim(index % 2 === 0 ? one : other, key, `agent-${index}`);
    if (index !== 2) clock.advance(1 * seconds);
  }
  clock.advance(4 * hours);
  await untilReceived(clock, ofOne, ofOther);

  for (const index of both.keys.keys()) {
    const { sessionTurnedStale: event } = await ofOne.next();
    expect(event.session.agentId).toBe(`agent-${index}`);
    const { cursor, staleAt } = event;
    expect((await ofOther.next()).sessionTurnedStale).toMatchObject({
      cursor,
      staleAt,
      session: event.session,
    });
  }
  expect([...ofOne.unread, ...ofOther.unread]).toEqual([]);
});

it('a subscriber that switches to the other server after every event continues after its cursor', async () => {
  const clock = manualClock();
  await using both = await twoServers(clock, 8);
  for (const [index, key] of both.keys.entries()) {
    await claim(both.servers[index % 2 === 0 ? 0 : 1], key, `agent-${index}`);
    // Pairs start in the same millisecond, so that some cursors are between two sessions with the same time.
    if (index % 2 === 1) clock.advance(1 * minutes);
  }
  clock.advance(4 * hours);

  const agents: string[] = [];
  let after: string | null = null;
  while (agents.length < both.keys.length) {
    const server = both.servers[agents.length % 2 === 0 ? 0 : 1];
    await using events = await subscribeTo(server, Math.floor(agents.length / 2), after);
    const { cursor, session } = (await events.next()).sessionTurnedStale;
    after = cursor;
    agents.push(session.agentId);
  }
  expect(agents).toEqual(both.keys.map((_key, index) => `agent-${index}`));

  // Without a cursor, a subscription starts with the oldest stale session.
  await using anew = await subscribeTo(both.servers[0], 0);
  expect(await agentOf(anew)).toBe('agent-0');
});

it('a session that ends in time through one server is not sent by the other', async () => {
  const clock = manualClock();
  await using both = await twoServers(clock, 3);
  const [one, other] = both.servers;
  const [finished = '', abandoned = '', left = ''] = both.keys;
  await using events = await subscribeTo(one, 0);
  await claim(one, finished, 'finished');
  const { id } = await claim(one, abandoned, 'abandoned');
  clock.advance(1);
  await claim(one, left, 'left');
  clock.advance(4 * hours - 2);
  await finishTask(other, { taskKey: finished });
  await abandonSession(other, { sessionId: id });
  clock.advance(2);
  await untilReceived(clock, events);
  expect(await agentOf(events)).toBe('left');
  expect(events.unread).toEqual([]);
});

it('after a task was reassigned through the other server, only the new session is sent', async () => {
  const clock = manualClock();
  await using both = await twoServers(clock, 1);
  const [one, other] = both.servers;
  const [taskKey = ''] = both.keys;
  const lost = await claim(one, taskKey, 'lost');
  clock.advance(4 * hours);
  await using events = await subscribeTo(one, 0);
  const { cursor, session } = (await events.next()).sessionTurnedStale;
  expect(session.id).toBe(lost.id);

  await abandonSession(other, { sessionId: lost.id });
  const successor = await claim(other, taskKey, 'successor');
  clock.advance(4 * hours);
  await untilReceived(clock, events);
  expect((await events.next()).sessionTurnedStale.session.id).toBe(successor.id);
  expect(events.unread).toEqual([]);

  await using elsewhere = await subscribeTo(other, 1, cursor);
  expect((await elsewhere.next()).sessionTurnedStale.session.id).toBe(successor.id);
});
