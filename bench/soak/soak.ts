import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, fillTasks } from '../databases.ts';
import { freePort, openInspector } from '../inspector.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { SessionChangedDocument, SessionTurnedStaleDocument } from '../../src/client/generated/graphql.ts';
import { databaseContradictions } from '../../test/support/database-contradictions.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { eventFindings } from './received-events.ts';
import type { IdleResources, Sample, SoakResult } from './verdict.ts';
import { kinds, type Site } from './work.ts';

const tasks = 500;
const staleAfterMs = 2_000;
const samples = 20;
/** Longer than the server keeps idle connections, so that all of them are closed after it. */
const settleMs = 15_000;

export interface Soak extends SoakResult {
  /** The number of completed repetitions of each kind of work. */
  done: Readonly<Record<string, number>>;
}

/** Starts a server, puts it under load and measures it at regular intervals. */
export async function soak(
  folder: string,
  { minutes, onSample }: { minutes: number; onSample?: (sample: Sample) => void },
): Promise<Soak> {
  const file = join(folder, 'shark.db');
  const database = await createDatabase(file);
  fillTasks(database, tasks);
  const port = await freePort();
  const server = await startServerProcess({
    DATABASE_URL: `file:${file}`,
    NODE_OPTIONS: `--inspect=127.0.0.1:${port}`,
    // Some agents send a heartbeat and then leave their session open. By default, the orchestrators could abandon this
    // session only after 5 minutes.
    ALIVE_WITHIN: '4s',
    // The whole load comes from one address.
    MAX_REQUESTS_PER_MINUTE: '100000000',
  });
  const inspector = await openInspector(port);
  const client = createClient(server);
  const subscriptions = await subscribe(client);
  const site = { url: server.url, client, featureKey: 'E01-F01' };
  const findings: string[] = [];
  const done: Record<string, number> = {};

  // After some load, everything that the server keeps permanently exists: threads, files, database connections.
  await withLoad(site, { findings, done })(() => delay(10_000));
  await delay(settleMs);
  const before = idleResources(server.pid);

  const taken: Sample[] = [];
  const startedAt = performance.now();
  await withLoad(site, { findings, done })(async () => {
    while (taken.length < samples) {
      // The measurement of memory collects garbage, which stops the event loop, so it is not included here.
      const { delay: eventLoop } = await inspector.eventLoop(() => delay((minutes * 60_000) / samples));
      const { heldBytes, residentBytes } = await inspector.memory();
      const sample = {
        atMs: performance.now() - startedAt,
        heldBytes,
        residentBytes,
        eventLoopP99Ms: eventLoop.p99Ms,
      };
      taken.push(sample);
      onSample?.(sample);
    }
  });
  await delay(settleMs);
  const after = idleResources(server.pid);

  const received = subscriptions.received();
  const contradictions = databaseContradictions(database).map((each) => JSON.stringify(each));
  findings.push(...contradictions, ...eventFindings(database, received, staleAfterMs));
  await subscriptions.stop();
  inspector.close();
  await server.stop();
  database.close();
  return { samples: taken, before, after, logged: server.printed.split('\n'), findings, done };
}

/** Returns a function that runs all kinds of work until `meanwhile` ends, then waits for work in progress. */
function withLoad(site: Site, { findings, done }: { findings: string[]; done: Record<string, number> }) {
  return async (meanwhile: () => Promise<unknown>): Promise<void> => {
    let isOver = false;
    const workers = kinds.flatMap(({ name, workers: count, pauseMs, work }) =>
      Array.from({ length: count }, async () => {
        while (!isOver) {
          try {
            await work(site);
            done[name] = (done[name] ?? 0) + 1;
          } catch (error) {
            findings.push(`${name}: ${String(error)}`);
          }
          await delay(pauseMs);
        }
      }),
    );
    try {
      await meanwhile();
    } finally {
      isOver = true;
      await Promise.all(workers);
    }
  };
}

/** Subscribes to changes and to stale sessions, over one connection each, and counts the events. */
async function subscribe(client: Client) {
  const abort = new AbortController();
  const changes = new Map<string, number>();
  const stale = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  let connections = 0;
  const options = {
    signal: abort.signal,
    onConnected() {
      connections += 1;
    },
  };
  const countChanges = async () => {
    for await (const { sessionChanged } of client.subscribe(SessionChangedDocument, {}, options))
      count(changes, `${sessionChanged.change} ${sessionChanged.session.id}`);
  };
  const countStale = async () => {
    const staleAfter = `${staleAfterMs / 1_000}s`;
    for await (const event of client.subscribe(SessionTurnedStaleDocument, { staleAfter }, options))
      count(stale, event.sessionTurnedStale.session.id);
  };
  const counted = Promise.all([countChanges(), countStale()]);
  while (connections < 2) await delay(50);
  // The subscriptions start after the connections.
  await delay(1_000);
  return {
    received: () => ({ changes, stale }),
    async stop() {
      abort.abort();
      await counted;
    },
  };
}

/** Reads /proc, which not every system has. */
function idleResources(pid: number): IdleResources {
  const entries = (name: string) => readdirSync(`/proc/${pid}/${name}`).length;
  return { openFiles: entries('fd'), threads: entries('task') };
}
