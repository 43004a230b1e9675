/** Measures the server against its limits and against floors of the same run: `npm run bench`, or with `-- --quick`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBench } from './bench.ts';
import { benchLifecycle } from './lifecycle.ts';
import { formatTable, type Row } from './report.ts';
import { benchStalePush } from './stale-push.ts';
import { benchStaleQuery } from './stale-query.ts';

const resultFile = fileURLToPath(new URL('results/latest.json', import.meta.url));

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const sizes = values.quick
  ? {
      lifecycle: { inTurn: 60, atOnce: 120, concurrency: 20 },
      pushes: 24,
      queries: { longestPast: 1, repeats: 30 },
    }
  : {
      lifecycle: { inTurn: 500, atOnce: 2_000, concurrency: 20 },
      pushes: 100,
      queries: { longestPast: 5, repeats: 200 },
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
      'The server runs in a process of its own; the load comes from this one, over HTTP on the same machine.',
    ].join('\n'),
  );

  const rows = await measure(folder);
  const seconds = Math.round((Date.now() - measuredAt.getTime()) / 1_000);

  const noise = noiseOf(rows);
  console.log(`\n${formatTable(rows)}\n`);
  console.log(
    `Noise of the machine: { __typename } took ${noise.map((ms) => `${ms.toFixed(2)} ms`).join(', then ')}.`,
  );
  mkdirSync(new URL('results', import.meta.url), { recursive: true });
  writeFileSync(
    resultFile,
    `${JSON.stringify({ measuredAt, quick: values.quick, seconds, machine, noise, rows }, null, 2)}\n`,
  );
  console.log(`Took ${seconds} s. Written to ${resultFile}`);

  const broken = rows.filter(({ limit }) => limit?.isBroken === true);
  for (const { name, limit } of broken) console.error(`Limit broken: ${name}: ${limit?.promise ?? ''}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function measure(folder: string): Promise<Row[]> {
  await using bench = await startBench(folder);
  return [
    ...(await benchLifecycle(bench, sizes.lifecycle)),
    await benchStalePush(bench, sizes.pushes),
    await benchStaleQuery(bench, { addedTasks: 10_000, ...sizes.queries }),
    await benchStaleQuery(bench, { addedTasks: 90_000, ...sizes.queries }),
  ];
}

/** How long the same smallest request took in the course of the run, at the median of each stretch. */
function noiseOf(rows: readonly Row[]): number[] {
  const [first, ...others] = rows;
  const later = others.slice(-2).flatMap(({ floors }) => floors.slice(0, 1).map(({ p50Ms }) => p50Ms));
  return [...(first === undefined ? [] : [first.p50Ms]), ...later];
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
await main(folder);
