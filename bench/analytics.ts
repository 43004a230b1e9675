import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../src/db/sqlite/driver.ts';
import { seedDatabase } from '../seed/seed-database.ts';
import { type Client, createClient } from '../src/client/client.ts';
import { TypedDocumentString } from '../src/client/generated/graphql.ts';
import { loadWorkflow } from '../src/domain/workflow/load.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { type BareAnalytics, openBareAnalytics } from './bare-analytics.ts';
import { createDatabase, fillTasks } from './databases.ts';
import { type Analytic, analyticsUntil } from './analytics-queries.ts';
import { type EventLoopDelay, freePort, type Inspector, openInspector } from './inspector.ts';
import { claim } from './lifecycle.ts';
import { time, timing, timingInTurn } from './measure.ts';
import { floor, type Limit, type TimeRow } from './report.ts';
import { sendTypename } from './typename.ts';

export interface AnalyticsSizes {
  /** The number of sessions, each with its own database and server, and the repetitions of each query. */
  data: readonly { sessions: number; repeats: number }[];
  /** How many tasks are claimed with and without concurrent analytics, at the largest size. */
  claims: number;
}

const hourMs = 3_600_000;
const warmUp = 2;
const rounds = 4;

/** The size for which there is a required limit, that limit, and the stricter limit of this program. */
const limitedSessions = 50_000;
const requiredMs = 3_000;
const promisedMs = 50;
/** The limit at a million sessions, as a multiple of the bare statements. */
const million = 1_000_000;
const promisedRatio = 1.3;
const longestHoldMs = 20;

/** The duration of each query for several sizes of data, and its effect on claims and on the event loop. */
export async function benchAnalytics(folder: string, sizes: AnalyticsSizes): Promise<TimeRow[]> {
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const rows: TimeRow[] = [];
  for (const [index, { sessions, repeats }] of sizes.data.entries()) {
    await using seeded = await startSeeded(folder, { sessions, workflow });
    for (const analytic of analyticsUntil(seeded.until))
      rows.push(await benchAnalytic(seeded, analytic, { sessions, repeats }));
    if (index === sizes.data.length - 1)
      rows.push(...(await benchBystanders(seeded, { sessions, claims: sizes.claims })));
  }
  return rows;
}

interface Seeded extends AsyncDisposable {
  client: Client;
  connection: Connection;
  inspector: Inspector;
  bare: BareAnalytics;
  until: Date;
}

async function startSeeded(
  folder: string,
  { sessions, workflow }: { sessions: number; workflow: Workflow },
): Promise<Seeded> {
  const file = join(mkdtempSync(join(folder, 'seeded-')), 'shark.db');
  const connection = await createDatabase(file);
  const until = new Date(Math.floor(Date.now() / hourMs) * hourMs);
  await seedDatabase(connection, { sessions, seed: 1, until, workflow });
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const port = await freePort();
  const server = await startServerProcess({
    DATABASE_URL: `file:${file}`,
    NODE_OPTIONS: `--inspect=127.0.0.1:${port}`,
  });
  const inspector = await openInspector(port);
  const bare = await openBareAnalytics(connection, workflow);
  return {
    client: createClient({ url: server.url, timeoutMs: 120_000 }),
    connection,
    inspector,
    bare,
    until,
    async [Symbol.asyncDispose]() {
      inspector.close();
      await bare[Symbol.asyncDispose]();
      await server.stop();
      connection.close();
    },
  };
}

async function benchAnalytic(
  { client, connection, bare, inspector }: Seeded,
  { name, query, isNamed, byHand }: Analytic,
  { sessions, repeats }: { sessions: number; repeats: number },
): Promise<TimeRow> {
  const ask = asking(client, query);
  const runStatements = await bare.of(query);
  const runByHand = byHand === undefined ? undefined : () => connection.prepare(byHand).all();
  const askBare = runByHand ?? runStatements;
  await caughtUp();
  for (let round = 0; round < warmUp; round += 1) {
    await ask();
    askBare();
    await caughtUp();
  }
  const durations: number[] = [];
  const bareDurations: number[] = [];
  const statementDurations: number[] = [];
  const typename: number[] = [];
  const holds: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    typename.push(await time(() => sendTypename(client)));
    const { worked, delay } = await inspector.eventLoop(() => time(ask));
    durations.push(worked);
    holds.push(delay.longestMs);
    bareDurations.push(await time(askBare));
    if (runByHand !== undefined) statementDurations.push(await time(runStatements));
    await caughtUp();
  }
  const measured = timingInTurn(durations);
  const bareFloor = floor('bare SQL', measured, timingInTurn(bareDurations));
  return {
    name: `${name}, ${sessions.toLocaleString('en')} sessions`,
    ...measured,
    floors: [
      bareFloor,
      ...(runByHand === undefined
        ? []
        : [floor('its statement alone', measured, timingInTurn(statementDurations))]),
      floor('{ __typename }', measured, timingInTurn(typename)),
    ],
    heldMs: timing(holds, null).p50Ms,
    limit: limitOf({ sessions, isNamed, p50Ms: measured.p50Ms, ratio: bareFloor.ratio }),
  };
}

function limitOf(measured: {
  sessions: number;
  isNamed: boolean;
  p50Ms: number;
  ratio: number;
}): Limit | null {
  const { sessions, isNamed, p50Ms, ratio } = measured;
  if (sessions === million)
    return { promise: `p50 < ${promisedRatio} x bare SQL`, isBroken: !(ratio < promisedRatio) };
  if (sessions !== limitedSessions) return null;
  const limitMs = isNamed ? promisedMs : requiredMs;
  return { promise: `p50 < ${limitMs} ms`, isBroken: !(p50Ms < limitMs) };
}

/** The duration of claims and the delay of the event loop while the queries run one after the other. */
async function benchBystanders(
  seeded: Seeded,
  { sessions, claims }: { sessions: number; claims: number },
): Promise<TimeRow[]> {
  const { client, connection, inspector, until } = seeded;
  const askEach = async (isOver: () => boolean) => {
    for (const { query } of analyticsUntil(until)) if (!isOver()) await asking(client, query)();
  };
  const left = fillTasks(connection, 2 * (warmUp + claims));
  const claimSome = async (count: number) => {
    const durations: number[] = [];
    for (const { key } of left.splice(0, count)) durations.push(await time(() => claim(client, key)));
    return durations;
  };
  await claimSome(2 * warmUp);

  const without: number[] = [];
  const during: number[] = [];
  // Alternating, so that other load on the machine affects both equally.
  for (let round = 0; round < rounds; round += 1) {
    without.push(...(await claimSome(claims / rounds)));
    let isOver = false;
    const askOn = async () => {
      while (!isOver) await askEach(() => isOver);
    };
    const asked = askOn();
    during.push(...(await claimSome(claims / rounds)));
    isOver = true;
    await asked;
  }
  const alone = timingInTurn(without);
  const beside = timingInTurn(during);

  const idle = await leastHeld(() => inspector.eventLoop(() => askedFor(2_000, () => sendTypename(client))));
  const busy = await leastHeld(() => inspector.eventLoop(() => askEach(() => false)));
  const of = `${sessions.toLocaleString('en')} sessions`;
  return [
    { name: `claimTask alone, ${of}`, ...alone, floors: [], limit: null },
    {
      name: `claimTask during analytics, ${of}`,
      ...beside,
      floors: [floor('claimTask alone', beside, alone)],
      limit: {
        promise: 'p99 < 2 x claimTask alone',
        isBroken: !(beside.p99Ms < 2 * alone.p99Ms),
      },
    },
    eventLoopRow('the event loop during { __typename }', idle, null),
    eventLoopRow('the event loop during one query of each analytic', busy, {
      promise: `never held for ${longestHoldMs} ms`,
      isBroken: !(busy.longestMs < longestHoldMs),
    }),
  ];
}

/** The best of several rounds: the queries cause the same delay in each, other programs only in some. */
async function leastHeld(round: () => Promise<{ delay: EventLoopDelay }>): Promise<EventLoopDelay> {
  const delays: EventLoopDelay[] = [];
  for (let count = 0; count < rounds; count += 1) delays.push((await round()).delay);
  return delays.reduce((one, other) => (one.longestMs <= other.longestMs ? one : other));
}

function eventLoopRow(
  name: string,
  { p50Ms, p99Ms, longestMs }: EventLoopDelay,
  limit: Limit | null,
): TimeRow {
  return { name, samples: 1, p50Ms, p99Ms, perSecond: null, floors: [], heldMs: longestMs, limit };
}

/** The server may close connections while this process is busy with bare statements. Let it process that. */
function caughtUp(): Promise<void> {
  return pause(100);
}

/** Repeats the request for this time. */
async function askedFor(milliseconds: number, ask: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await ask();
}

function asking(client: Client, query: string): () => Promise<unknown> {
  const document = new TypedDocumentString<unknown, Record<string, never>>(`query Analytic ${query}`);
  return () => client.send(document, {});
}
