/**
 * Measures the server and compares it with its limits and with lower bounds from the same run:
 *
 *     npm run bench -- [--quick] [--only GROUP]...
 *     npm run bench -- --peers [--quick] [--checkout FOLDER]
 *
 * With --only it measures these groups and does not write the results to a file. With --peers it compares the server
 * with what a user would take instead: see docs/performance.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchAnalytics } from './analytics.ts';
import { type Bench, startBench } from './bench.ts';
import { benchCommandLine } from './command-line.ts';
import { benchFanOut } from './fan-out.ts';
import { benchIdleSubscribers } from './idle-subscribers.ts';
import { benchLifecycle } from './lifecycle.ts';
import { benchOverhead } from './overhead.ts';
import { benchPausedSocket } from './paused-socket.ts';
import { formatTable, type Row, type TimeRow } from './report.ts';
import { measurePeers } from './peers/run.ts';
import { benchStalePush } from './stale-push.ts';
import { benchStaleQuery } from './stale-query.ts';

const resultFile = fileURLToPath(new URL('results/latest.json', import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    peers: { type: 'boolean', default: false },
    checkout: { type: 'string' },
  },
});
const sizes = values.quick
  ? {
      lifecycle: { inTurn: 60, atOnce: 120, concurrency: 20 },
      pushes: 24,
      queries: { longestPast: 1, repeats: 30 },
      fanOut: { sessions: 10_000, sockets: 20, windowMs: 2_000 },
      idleSubscribers: { sockets: 300 },
      overhead: { rounds: 400 },
      commandLine: { rounds: 10 },
      pausedSocket: { sockets: 20, events: 20_000, windowMs: 20_000 },
      analytics: {
        data: [
          { sessions: 10_000, repeats: 15 },
          { sessions: 50_000, repeats: 15 },
        ],
        claims: 400,
      },
    }
  : {
      lifecycle: { inTurn: 500, atOnce: 2_000, concurrency: 20 },
      pushes: 100,
      queries: { longestPast: 5, repeats: 200 },
      fanOut: { sessions: 100_000, sockets: 100, windowMs: 5_000 },
      idleSubscribers: { sockets: 1_000 },
      overhead: { rounds: 2_000 },
      commandLine: { rounds: 40 },
      pausedSocket: { sockets: 100, events: 100_000, windowMs: 100_000 },
      analytics: {
        data: [
          { sessions: 10_000, repeats: 30 },
          { sessions: 50_000, repeats: 30 },
          { sessions: 100_000, repeats: 15 },
          { sessions: 1_000_000, repeats: 5 },
        ],
        claims: 500,
      },
    };

/** These share their servers and run in this order. */
const together: Readonly<Record<string, (bench: Bench) => Promise<TimeRow[]>>> = {
  lifecycle: (bench) => benchLifecycle(bench, sizes.lifecycle),
  'stale-push': async (bench) => [await benchStalePush(bench, sizes.pushes)],
  'stale-query': async (bench) => [
    await benchStaleQuery(bench, { addedTasks: 10_000, ...sizes.queries }),
    await benchStaleQuery(bench, { addedTasks: 90_000, ...sizes.queries }),
  ],
};

/** Each of these starts its own server. */
const apart: Readonly<Record<string, (folder: string) => Promise<Row[]>>> = {
  'fan-out': (folder) => benchFanOut(folder, sizes.fanOut),
  'idle-subscribers': (folder) => benchIdleSubscribers(folder, sizes.idleSubscribers),
  'paused-socket': (folder) => benchPausedSocket(folder, sizes.pausedSocket),
  overhead: (folder) => benchOverhead(folder, sizes.overhead),
  'command-line': (folder) => benchCommandLine(folder, sizes.commandLine),
  // Last, because its garbage in this process would delay the receipts of the others.
  analytics: (folder) => benchAnalytics(folder, sizes.analytics),
};

async function main(folder: string): Promise<void> {
  const machine = {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
  const measuredAt = new Date();
  console.log(
    [
      `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; load before the start ${machine.loadBefore.toFixed(2)}`,
      'The server runs in a separate process. This process sends the load over HTTP on the same machine.',
    ].join('\n'),
  );

  // The groups with the most receipts run first, because garbage in this process delays receipts.
  const rowsApart = await measureApart(folder);
  const rowsTogether = await measureTogether(folder);
  const rows: Row[] = [...rowsTogether, ...rowsApart];
  const seconds = Math.round((Date.now() - measuredAt.getTime()) / 1_000);

  console.log(`\n${formatTable(rows)}\n`);
  if (values.only === undefined) {
    const noise = noiseOf(rowsTogether);
    console.log(
      `Noise of the machine: the median of { __typename } was ${noise.map((ms) => `${ms.toFixed(2)} ms`).join(', then ')}.`,
    );
    mkdirSync(new URL('results', import.meta.url), { recursive: true });
    writeFileSync(
      resultFile,
      `${JSON.stringify({ measuredAt, quick: values.quick, seconds, machine, noise, rows }, null, 2)}\n`,
    );
    console.log(`Took ${seconds} s. Written to ${resultFile}`);
  }

  const broken = rows.filter(({ limit }) => limit?.isBroken === true);
  for (const { name, limit } of broken) console.error(`Limit broken: ${name}: ${limit?.promise ?? ''}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function measureTogether(folder: string): Promise<TimeRow[]> {
  const groups = chosen(together);
  if (groups.length === 0) return [];
  await using bench = await startBench(folder);
  const rows: TimeRow[] = [];
  for (const measure of groups) rows.push(...(await measure(bench)));
  return rows;
}

async function measureApart(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const measure of chosen(apart)) rows.push(...(await measure(folder)));
  return rows;
}

function chosen<Measure>(groups: Readonly<Record<string, Measure>>): Measure[] {
  return Object.entries(groups).flatMap(([name, measure]) =>
    values.only === undefined || values.only.includes(name) ? [measure] : [],
  );
}

/** The medians of the smallest request in the course of the run: at the start, and in the last groups. */
function noiseOf(rows: readonly TimeRow[]): number[] {
  const [first, ...others] = rows;
  const later = others.slice(-2).flatMap(({ floors }) => floors.slice(0, 1).map(({ p50Ms }) => p50Ms));
  return [...(first === undefined ? [] : [first.p50Ms]), ...later];
}

const groups = [...Object.keys(together), ...Object.keys(apart)];
const unknown = values.only?.find((name) => !groups.includes(name));
if (unknown !== undefined) {
  console.error(`There is no group '${unknown}'. Use one of: ${groups.join(', ')}`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
if (!values.peers) await main(folder);
else if (!(await measurePeers(folder, values))) process.exitCode = 1;
