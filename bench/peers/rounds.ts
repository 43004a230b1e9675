import type { DataSet } from './data-sets.ts';
import { digits } from './digits.ts';
import type { Figures } from './figures.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { RowName } from './rows.ts';
import type { Server } from './server.ts';
import { settleDisk, type System } from './systems.ts';

/** What all measurements share. */
export interface PeerBench {
  systems: readonly System[];
  generator: LoadGenerator;
  figures: Figures;
  rounds: number;
  /** How long each measurement takes, and each warm-up. */
  seconds: number;
  warmUpSeconds: number;
  report(line: string): void;
}

/** A system that is up. */
export interface Running {
  system: System;
  server: Server;
  /** The next task to claim by key. */
  nextTask: number;
  /** How many sessions the pages of the nested read have; null if they were not read. */
  sessionsRead: number | null;
}

export interface Sample {
  row: RowName;
  figure: number;
}

/** One measurement, which is repeated for each system in each round. */
export interface Step {
  title: string;
  suits(system: System): boolean;
  warmUp?(bench: PeerBench, running: Running): Promise<void>;
  measure(bench: PeerBench, running: Running): Promise<readonly Sample[]>;
}

/**
 * Starts the systems on copies of the same data and measures every step in rounds. Only one system is under load at a
 * time. Each step measures the systems one after the other, so that slow moments of the machine affect all of them.
 */
export async function measureRounds(
  bench: PeerBench,
  {
    set,
    steps,
    afterwards,
  }: {
    set: DataSet;
    steps: readonly Step[];
    afterwards?: (running: readonly Running[]) => Promise<void>;
  },
): Promise<void> {
  const running: Running[] = [];
  try {
    for (const system of bench.systems)
      if (steps.some((step) => step.suits(system)))
        running.push({ system, server: await system.start(set), nextTask: 0, sessionsRead: null });
    settleDisk();
    for (const each of running)
      for (const step of steps) if (step.suits(each.system)) await step.warmUp?.(bench, each);
    requireSameData(running);
    bench.report(`started: ${running.map(({ system }) => system.title).join(', ')}`);
    for (let round = 0; round < bench.rounds; round += 1)
      for (const step of steps) await measureStep(bench, { step, running, round });
    await afterwards?.(running);
  } finally {
    for (const { server } of running) await server.stop();
  }
}

/** A comparison is fair only if all systems read the same rows. */
function requireSameData(running: readonly Running[]): void {
  const counts = running.flatMap(({ system, sessionsRead }) =>
    sessionsRead === null ? [] : [{ title: system.title, sessionsRead }],
  );
  if (new Set(counts.map(({ sessionsRead }) => sessionsRead)).size <= 1) return;
  const list = counts.map(({ title, sessionsRead }) => `${title} ${sessionsRead}`).join(', ');
  throw new Error(`The systems read different numbers of sessions: ${list}`);
}

async function measureStep(
  bench: PeerBench,
  { step, running, round }: { step: Step; running: readonly Running[]; round: number },
): Promise<void> {
  const suitable = running.filter(({ system }) => step.suits(system));
  const results: string[] = [];
  for (const each of rotate(suitable, round)) {
    const samples = await step.measure(bench, each);
    for (const { row, figure } of samples) bench.figures.add(row, each.system.name, figure);
    results.push(`${each.system.title} ${samples.map(({ figure }) => digits(figure)).join(' / ')}`);
  }
  bench.report(`${step.title}, round ${round + 1} of ${bench.rounds}: ${results.join(', ')}`);
}

/** Starts with another item in each round, so that none always comes first. */
export function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % Math.max(items.length, 1);
  return [...items.slice(start), ...items.slice(0, start)];
}
