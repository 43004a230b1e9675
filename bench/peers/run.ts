import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPeers } from './build.ts';
import { createDataSets, type DataSet } from './data-sets.ts';
import { createFigures } from './figures.ts';
import { installPeers } from './install.ts';
import { startLoadGenerator } from './load-generator.ts';
import { findPostgreSql, type PostgreSql, startPostgreSql } from './postgresql.ts';
import { conclude } from './results.ts';
import { measureRounds, type PeerBench } from './rounds.ts';
import { measureCommand, measureStaleQuery, type Product } from './single-figures.ts';
import { measureSustainedLoad } from './sustained.ts';
import { measureMemoryAfterReads, measureStarts } from './starts.ts';
import { claimStep, nestedStep, nextClaimStep, phaseDurationsStep, typenameStep } from './steps.ts';
import { plain, postgraphile, product, type System, yogaAlone } from './systems.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

export interface PeerOptions {
  quick: boolean;
  /** Another checkout of this project, which is built, to measure as well. */
  checkout?: string | undefined;
}

/**
 * Measures the shipped server beside what a user would take instead, and prints a table with ratios. Returns whether
 * all figures were reached.
 */
export async function measurePeers(folder: string, { quick, checkout }: PeerOptions): Promise<boolean> {
  const startedAt = new Date();
  const report = progress(startedAt);
  const programs = quick ? null : findPostgreSql();
  if (!quick && programs === null) report('There is no PostgreSQL, so PostGraphile is not measured');
  installPeers({ postgraphile: programs !== null });
  await buildPeers();
  execFileSync('npm', ['run', '-s', 'build'], { cwd: project, stdio: 'pipe' });
  report('built the server and the peers');

  const sets: readonly DataSet[] = quick ? ['claimable'] : ['claimable', 'waiting3000', 'waiting10000'];
  const sessions = quick ? 10_000 : 100_000;
  const createFor = (name: 'ours' | 'checkout', title: string, root: string) => {
    if (!existsSync(join(root, 'dist/shark.js')))
      throw new Error(`${root} is not built: run npm run build there`);
    const files = { folder: join(folder, name), databases: new Map<DataSet, string>() };
    mkdirSync(files.folder);
    files.databases = createDataSets(root, files.folder, { sessions, sets });
    report(`created the databases of ${title}`);
    return { name, title, root, files, database: files.databases.get('claimable') ?? '' };
  };
  const ours = createFor('ours', 'ours', project);
  const other = checkout === undefined ? [] : [createFor('checkout', 'the checkout', checkout)];
  const products = [ours, ...other];

  await using postgreSql = programs === null ? null : await loadPostgreSql(programs, ours.files.databases);
  if (postgreSql !== null) report('loaded PostgreSQL');
  using generator = startLoadGenerator();
  const systems: System[] = [
    ...products.map(({ name, title, root, files }) => product(name, title, root, files)),
    plain(ours.files),
    ...(postgreSql === null ? [] : [postgraphile(postgreSql, ours.files)]),
    yogaAlone(ours.files),
  ];
  const bench: PeerBench = {
    systems,
    generator,
    figures: createFigures(),
    rounds: 3,
    seconds: quick ? 1.5 : 3,
    warmUpSeconds: quick ? 2 : 3,
    report,
  };
  await (quick ? measureQuickly(bench) : measureAll(bench, products, ours, folder));
  return conclude(bench.figures, { startedAt, quick, checkout: checkout !== undefined });
}

async function measureQuickly(bench: PeerBench): Promise<void> {
  await measureRounds(bench, { set: 'claimable', steps: [typenameStep, nestedStep] });
  await measureRounds(bench, { set: 'claimable', steps: [claimStep(8), claimStep(32)] });
}

async function measureAll(
  bench: PeerBench,
  products: readonly Product[],
  ours: Product,
  folder: string,
): Promise<void> {
  await measureStarts(bench);
  const readSeconds = 2 * (bench.warmUpSeconds + bench.rounds * bench.seconds);
  await measureRounds(bench, {
    set: 'claimable',
    steps: [typenameStep, nestedStep, phaseDurationsStep],
    afterwards: (running) => measureMemoryAfterReads(bench, running, 60 - readSeconds),
  });
  await measureRounds(bench, { set: 'claimable', steps: [claimStep(8), claimStep(1), claimStep(32)] });
  await measureRounds(bench, {
    set: 'waiting3000',
    steps: [
      nextClaimStep('3,000', 8, 'next8'),
      nextClaimStep('3,000', 1, 'next1'),
      nextClaimStep('3,000', 32, 'next32'),
    ],
  });
  await measureRounds(bench, { set: 'waiting10000', steps: [nextClaimStep('10,000', 8, 'next8Of10000')] });
  for (const system of bench.systems.filter(({ dialect }) => dialect === 'shark'))
    await measureSustainedLoad(bench, system);
  await measureCommand(bench, products, folder);
  await measureStaleQuery(bench, ours, folder);
}

async function loadPostgreSql(
  programs: string,
  databases: ReadonlyMap<DataSet, string>,
): Promise<PostgreSql> {
  const postgreSql = await startPostgreSql(programs);
  for (const [set, file] of databases) postgreSql.load(set, file);
  return postgreSql;
}

/** Prints lines with the time since the start. */
function progress(start: Date): (line: string) => void {
  return (line) => {
    const seconds = Math.round((Date.now() - start.getTime()) / 1_000);
    console.log(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}  ${line}`);
  };
}
