import { setTimeout as delay } from 'node:timers/promises';
import { digits } from './digits.ts';
import { type PeerBench, type Running, rotate } from './rounds.ts';
import { readNested } from './steps.ts';

const megabyte = 1_024 * 1_024;
const settleMs = 2_000;

/** Starts each complete system in each round. */
export async function measureStarts({ systems, rounds, figures, report }: PeerBench): Promise<void> {
  const complete = systems.filter(({ dialect }) => dialect !== null);
  for (let round = 0; round < rounds; round += 1) {
    const results: string[] = [];
    for (const system of rotate(complete, round)) {
      const server = await system.start('claimable');
      await delay(settleMs);
      const memory = server.residentBytes() / megabyte;
      figures.add('start', system.name, server.startMs);
      figures.add('memoryAfterStart', system.name, memory);
      results.push(`${system.title} ${digits(server.startMs)} / ${digits(memory)}`);
      await server.stop();
    }
    report(`start (ms / MB), round ${round + 1} of ${rounds}: ${results.join(', ')}`);
  }
}

/** Reads until the servers have read for a minute, one after the other, and then measures their memory. */
export async function measureMemoryAfterReads(
  bench: PeerBench,
  running: readonly Running[],
  seconds: number,
): Promise<void> {
  for (const each of running.filter(({ system }) => system.dialect !== null)) {
    await readNested(bench, each, seconds);
    const memory = each.server.residentBytes() / megabyte;
    bench.figures.add('memoryAfterReads', each.system.name, memory);
    bench.report(`memory after a minute of reads: ${each.system.title} ${digits(memory)} MB`);
  }
}
