import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../src/db/sqlite/driver.ts';
import { expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import {
  ClaimTaskDocument,
  FinishTaskDocument,
  SessionTurnedStaleDocument,
} from '../../src/client/generated/graphql.ts';
import { formatDuration } from '../../src/shared/duration.ts';
import { type Chance, chance, seedFrom } from '../support/chance.ts';
import { type Delivery, deliveryFaults, type Expectation, type Recorded } from '../support/deliveries.ts';
import { startServerProcess } from '../support/server-process.ts';
import { open, temporaryFolder } from '../support/shark-databases.ts';
import { moments, unreliableProxy } from '../support/unreliable-proxy.ts';

const breaks = 1_000;
// After some broken connections, a subscriber waits for seconds before its next attempt.
const subscribers = 40;
const thresholdMs = 1_000;
const minutes = 60_000;

it(
  'a subscriber gets each session exactly once despite a thousand broken connections and server restarts',
  async () => {
    const chances = chance(seedFrom('RECONNECTS_SEED'));
    const databaseFile = join(temporaryFolder(), 'shark.db');
    const settings = { DATABASE_URL: `file:${databaseFile}` };
    let one = await startServerProcess(settings);
    let other = await startServerProcess(settings);
    onTestFinished(async () => {
      await one.kill();
      await other.kill();
    });
    const database = open(databaseFile);
    const work = createWork(database, chances);
    const proxy = await unreliableProxy(chances);
    const lead = (...urls: string[]) => {
      proxy.lead(urls);
      work.sendTo(urls);
    };
    lead(one.url, other.url);

    const received = Array.from({ length: subscribers }, (): Delivery[] => []);
    let connections = 0;
    let last: string | undefined;
    const listen = async (deliveries: Delivery[]) => {
      const over = new AbortController();
      onTestFinished(() => over.abort());
      let after: string | null = null;
      const events = createClient({ url: proxy.url }).subscribe(
        SessionTurnedStaleDocument,
        () => ({ staleAfter: formatDuration(thresholdMs), after }),
        {
          signal: over.signal,
          onConnected: () => {
            connections += 1;
          },
        },
      );
      for await (const { sessionTurnedStale: event } of events) {
        deliveries.push({ sessionId: event.session.id, staleAtMs: Date.parse(event.staleAt) });
        // Some events take time to process, while others arrive.
        if (chances.below(20) === 0) await delay(chances.below(5));
        ({ cursor: after } = event);
        if (event.session.id === last) return;
      }
      if (!over.signal.aborted)
        throw new Error(`The subscription ended after ${deliveries.length} events, before the last session`);
    };
    const listening = Promise.all(received.map(listen));

    const broken = () => moments.reduce((sum, moment) => sum + proxy.breaks[moment], 0);
    await work.goOnUntil(() => broken() > breaks / 3);
    lead(other.url);
    await one.kill();
    await work.goOnUntil(() => broken() > breaks / 2);
    one = await startServerProcess(settings);
    lead(one.url);
    await other.stop();
    await work.goOnUntil(() => broken() > (breaks * 2) / 3);
    other = await startServerProcess(settings);
    lead(one.url, other.url);
    await work.goOnUntil(() => broken() >= breaks);
    proxy.calmDown();
    last = await work.addLast();
    await listening;

    const expectation = { recorded: recordedIn(database), thresholdMs, endedInTime: work.endedInTime };
    for (const deliveries of received) expect(deliveryFaults(deliveries, expectation)).toEqual([]);
    // The test is only valid with enough broken connections and sessions.
    expect(connections).toBeGreaterThan(breaks);
    for (const moment of moments) expect(proxy.breaks[moment]).toBeGreaterThan(breaks / 10);
    expect(expectation.recorded.filter(({ ended }) => !ended).length).toBeGreaterThan(breaks / 4);
    expect(work.endedInTime.size).toBeGreaterThan(20);
    console.log(
      `${JSON.stringify(proxy.breaks)}, ${connections} connections, ${expectation.recorded.length} sessions, ${work.endedInTime.size} of them ended in time`,
    );
    expectDamageNoticed(received[0] ?? [], expectation);
  },
  20 * minutes,
);

/** Expects the comparison to detect each kind of faulty delivery. */
function expectDamageNoticed(deliveries: readonly Delivery[], expectation: Expectation): void {
  const middle = Math.floor(deliveries.length / 2);
  const [inTime = ''] = expectation.endedInTime;
  const needed = expectation.recorded.find(({ ended }) => !ended)?.sessionId;
  const damaged: Record<string, readonly Delivery[]> = {
    lost: deliveries.filter(({ sessionId }) => sessionId !== needed),
    doubled: deliveries.toSpliced(middle, 0, ...deliveries.slice(middle, middle + 1)),
    'sent again from the start': [...deliveries, ...deliveries],
    swapped: [...deliveries.slice(middle), ...deliveries.slice(0, middle)],
    'sent though ended': [...deliveries, { sessionId: inTime, staleAtMs: 0 }],
    'sent too early': deliveries.map(({ sessionId, staleAtMs }) => ({ sessionId, staleAtMs: staleAtMs - 1 })),
  };
  for (const [what, altered] of Object.entries(damaged))
    expect({ what, noticed: deliveryFaults(altered, expectation).length > 0 }).toEqual({
      what,
      noticed: true,
    });
}

/** Agents that open sessions, and end some in time and some too late, through any server or with SQL. */
function createWork(database: Connection, chances: Chance) {
  const endedInTime = new Set<string>();
  let urls: readonly string[] = [];
  let tasks = 0;
  database.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Sign-in', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Tokens', 'active')`);
  const addTask = database.prepare<[string, string]>(
    `INSERT INTO tasks (feature_id, key, title, status) VALUES (1, ?, 'A piece of work', ?)`,
  );
  const addSession = database.prepare<[number | bigint]>(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (?, 'by-hand', 'development', 'ready_for_development', 'in_development',
       strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))`,
  );
  const newTask = (status: string) => {
    tasks += 1;
    const key = `T-E01-F01-${String(tasks).padStart(5, '0')}`;
    return { key, id: addTask.run(key, status).lastInsertRowid };
  };
  const openByHand = database.transaction((count: number) => {
    for (let opened = 0; opened < count; opened += 1) addSession.run(newTask('in_development').id);
  });

  const claim = async () => {
    const { key: taskKey } = newTask('ready_for_development');
    const client = createClient({ url: chances.pick(urls) });
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId: 'agent' } });
    if (claimTask.__typename !== 'ClaimTaskPayload' || claimTask.session === null)
      throw new Error(`The claim was answered with ${JSON.stringify(claimTask)}`);
    return { taskKey, id: claimTask.session.id, startedAtMs: Date.parse(claimTask.session.startedAt) };
  };
  const finish = async ({ taskKey, id, startedAtMs }: Awaited<ReturnType<typeof claim>>) => {
    const client = createClient({ url: chances.pick(urls) });
    await client.send(FinishTaskDocument, { input: { taskKey, sessionId: id } });
    // Later subscriptions must not return this session.
    if (Date.now() < startedAtMs + thresholdMs) endedInTime.add(id);
  };
  const agent = async () => {
    const session = await claim();
    const fate = chances.below(3);
    if (fate === 0) await finish(session);
    if (fate === 1) {
      await delay(thresholdMs + chances.below(thresholdMs));
      await finish(session);
    }
  };

  return {
    endedInTime,
    sendTo(servers: readonly string[]) {
      urls = servers;
    },
    async goOnUntil(isEnough: () => boolean) {
      const agents: Promise<void>[] = [];
      while (!isEnough()) {
        // Sometimes more sessions than one page of events contains.
        openByHand(chances.below(100) === 0 ? 150 : chances.below(3));
        agents.push(agent());
        await delay(100 + chances.below(200));
      }
      await Promise.all(agents);
    },
    /** Opens a session that turns stale after all others. */
    async addLast() {
      return (await claim()).id;
    },
  };
}

function recordedIn(database: Connection): Recorded[] {
  return database
    .prepare<[], { id: number; started_at: string; ended_at: string | null }>(
      'SELECT id, started_at, ended_at FROM task_sessions ORDER BY started_at, id',
    )
    .all()
    .map(({ id, started_at, ended_at }) => ({
      sessionId: `TaskSession:${id}`,
      startedAtMs: Date.parse(started_at),
      ended: ended_at !== null,
    }));
}
