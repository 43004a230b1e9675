import { dataSets } from './data-sets.ts';
import { digits } from './digits.ts';
import { type LoadGenerator, startLoadGenerator } from './load-generator.ts';
import type { PeerBench } from './rounds.ts';
import type { Server } from './server.ts';
import type { System } from './systems.ts';

const megabyte = 1_024 * 1_024;
const clients = 32;
const sliceSeconds = 10;
const slices = 6;

const typenameJob = { work: 'typename', dialect: 'shark', clients: 1, seconds: sliceSeconds } as const;

interface Slice {
  pairsPerSecond: number;
  typenameP99Ms: number;
  memoryMb: number;
}

/** Claims and finishes tasks with 32 clients for a minute, after a warm-up, while one more client sends `{ __typename }`. */
export async function measureSustainedLoad(bench: PeerBench, system: System): Promise<void> {
  const { figures, report, generator } = bench;
  const server = await system.start('claimable');
  using second = startLoadGenerator();
  try {
    const alone = await second.run({ ...typenameJob, url: server.url });
    figures.add('typenameAlone', system.name, alone.requests.p99Ms);
    let nextTask = 0;
    const measured: Slice[] = [];
    for (let number = 0; number <= slices; number += 1) {
      const { slice, next } = await measureSlice(server, { generator, second, nextTask });
      nextTask = next;
      const { pairsPerSecond, typenameP99Ms, memoryMb } = slice;
      report(
        `${clients} clients, ${number === 0 ? 'warm-up' : `${number * sliceSeconds} s`}: ${digits(pairsPerSecond)} pairs/s, ` +
          `{ __typename } p99 ${digits(typenameP99Ms)} ms, ${digits(memoryMb)} MB`,
      );
      if (number > 0) measured.push(slice);
    }
    const [first] = measured;
    const last = measured.at(-1);
    if (first === undefined || last === undefined) return;
    figures.add('sustainedFirst', system.name, first.pairsPerSecond);
    figures.add('sustainedLast', system.name, last.pairsPerSecond);
    figures.add('sustainedTypenameFirst', system.name, first.typenameP99Ms);
    figures.add('sustainedTypenameLast', system.name, last.typenameP99Ms);
    figures.add('sustainedMemoryFirst', system.name, first.memoryMb);
    figures.add('sustainedMemoryLast', system.name, last.memoryMb);
  } finally {
    await server.stop();
  }
}

async function measureSlice(
  server: Server,
  { generator, second, nextTask }: { generator: LoadGenerator; second: LoadGenerator; nextTask: number },
): Promise<{ slice: Slice; next: number }> {
  const { url } = server;
  const [claims, typenames] = await Promise.all([
    generator.run({
      url,
      work: 'claims',
      dialect: 'shark',
      clients,
      seconds: sliceSeconds,
      firstTask: nextTask,
      taskCount: dataSets.claimable,
    }),
    second.run({ ...typenameJob, url }),
  ]);
  return {
    slice: {
      pairsPerSecond: claims.perSecond,
      typenameP99Ms: typenames.requests.p99Ms,
      memoryMb: server.residentBytes() / megabyte,
    },
    next: claims.nextTask,
  };
}
