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
import type { Quiet, Sample, Soaked } from './verdict.ts';
import { kinds, type Site } from './work.ts';

const tasks = 500;
const staleAfterMs = 2_000;
const samples = 20;
/** How long everybody has to be gone before the server has closed what they left: longer than it keeps idle connections. */
const settleMs = 15_000;

export interface Soak extends Soaked {
  /** How often each kind of work was done. */
  done: Readonly<Record<string, number>>;
}

/** Lets everybody at a server of its own for so long, and looks at it all the while. */
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
    // All of them come from one address.
    MAX_REQUESTS_PER_MINUTE: '100000000',
  });
  const inspector = await openInspector(port);
  const client = createClient(server);
  const watching = await watch(client);
  const site = { url: server.url, client, featureKey: 'E01-F01' };
  const findings: string[] = [];
  const done: Record<string, number> = {};

  // Whatever is kept for ever is there after a while: threads, files, connections to the database.
  await crowd(site, { findings, done })(() => delay(10_000));
  await delay(settleMs);
  const before = quiet(server.pid);

  const taken: Sample[] = [];
  const startedAt = performance.now();
  await crowd(site, { findings, done })(async () => {
    while (taken.length < samples) {
      // Not while garbage is collected by force, which stops everything.
      const { delay: late } = await inspector.eventLoop(() => delay((minutes * 60_000) / samples));
      const { heldBytes, residentBytes } = await inspector.memory();
      const sample = {
        atMs: performance.now() - startedAt,
        heldBytes,
        residentBytes,
        eventLoopP99Ms: late.p99Ms,
      };
      taken.push(sample);
      onSample?.(sample);
    }
  });
  await delay(settleMs);
  const after = quiet(server.pid);

  const told = watching.told();
  const contradictions = databaseContradictions(database).map((each) => JSON.stringify(each));
  findings.push(...contradictions, ...eventFindings(database, told, staleAfterMs));
  await watching.stop();
  inspector.close();
  await server.stop();
  database.close();
  return { samples: taken, before, after, logged: server.printed.split('\n'), findings, done };
}

/** Returns what lets all kinds of workers at the server while something else is done, and waits for their last work. */
function crowd(site: Site, { findings, done }: { findings: string[]; done: Record<string, number> }) {
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

/** Listens to everything from now on, over one connection each. */
async function watch(client: Client) {
  const over = new AbortController();
  const changes = new Map<string, number>();
  const stale = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  let connections = 0;
  const options = {
    signal: over.signal,
    onConnected() {
      connections += 1;
    },
  };
  const watchChanges = async () => {
    for await (const { sessionChanged } of client.subscribe(SessionChangedDocument, {}, options))
      count(changes, `${sessionChanged.change} ${sessionChanged.session.id}`);
  };
  const watchStale = async () => {
    const staleAfter = `${staleAfterMs / 1_000}s`;
    for await (const event of client.subscribe(SessionTurnedStaleDocument, { staleAfter }, options))
      count(stale, event.sessionTurnedStale.session.id);
  };
  const watched = Promise.all([watchChanges(), watchStale()]);
  while (connections < 2) await delay(50);
  // The subscriptions are on their way.
  await delay(1_000);
  return {
    told: () => ({ changes, stale }),
    async stop() {
      over.abort();
      await watched;
    },
  };
}

/** What the process of the server has open. The files are those of /proc, which not every system has. */
function quiet(pid: number): Quiet {
  const entries = (name: string) => readdirSync(`/proc/${pid}/${name}`).length;
  return { openFiles: entries('fd'), threads: entries('task') };
}
