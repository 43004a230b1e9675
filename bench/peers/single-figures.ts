import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../../src/client/client.ts';
import { createDatabase } from '../databases.ts';
import { time, timingInTurn } from '../measure.ts';
import { benchStaleQuery } from '../stale-query.ts';
import { digits } from './digits.ts';
import { taskKey } from './load/job.ts';
import type { PeerBench } from './rounds.ts';
import { startServer } from './server.ts';
import { copyDatabase } from './data-sets.ts';

const run = promisify(execFile);

/** The figures of the product alone. */
export interface Product {
  name: 'ours' | 'checkout';
  title: string;
  root: string;
  /** Its database with tasks to claim. */
  database: string;
}

/** The first rounds are not counted: the files of the program are not cached yet. */
const warmUpRounds = 2;
const commandRounds = 15;

/** `shark task claim` on the file, as complete processes. */
export async function measureCommand(
  { figures, report }: PeerBench,
  products: readonly Product[],
  folder: string,
): Promise<void> {
  const files = new Map(
    products.map(({ name, database }) => {
      const file = join(folder, `${name}-command.db`);
      copyDatabase(database, file);
      return [name, file] as const;
    }),
  );
  const durations = new Map(products.map(({ name }) => [name, [] as number[]] as const));
  for (let round = 0; round < warmUpRounds + commandRounds; round += 1)
    for (const { name, root } of products) {
      const args = [join(root, 'dist/shark.js'), 'task', 'claim', taskKey(round), '--agent=bench', '--json'];
      const env = { PATH: process.env.PATH, DATABASE_URL: `file:${files.get(name) ?? ''}` };
      const duration = await time(() => run(process.execPath, args, { cwd: folder, env }));
      if (round >= warmUpRounds) durations.get(name)?.push(duration);
    }
  for (const { name, title } of products) {
    const { p50Ms } = timingInTurn(durations.get(name) ?? []);
    figures.add('command', name, p50Ms);
    report(`shark task claim, complete process: ${title} ${digits(p50Ms)} ms`);
  }
}

/** The query for stale sessions over HTTP, beside the same query on the bare driver. */
export async function measureStaleQuery(
  { figures, report }: PeerBench,
  { root }: Product,
  folder: string,
): Promise<void> {
  const file = join(folder, 'stale.db');
  const connection = await createDatabase(file);
  const server = await startServer({
    args: [join(root, 'dist/shark.js'), 'serve'],
    folder,
    settings: { PORT: '0', DATABASE_URL: `file:${file}` },
    log: join(folder, 'stale.log'),
  });
  const client = createClient({ url: server.url });
  const { name, p50Ms, floors } = await benchStaleQuery(
    { client, connection },
    { addedTasks: 100_000, longestPast: 5, repeats: 100 },
  );
  const bare = floors.find((each) => each.name === 'bare SQL')?.p50Ms ?? Number.NaN;
  figures.add('stale', 'ours', p50Ms);
  figures.add('stale', 'bareSql', bare);
  report(`${name}: ours ${digits(p50Ms)} ms, bare SQL ${digits(bare)} ms`);
  await server.stop();
  connection.close();
  rmSync(file);
}
