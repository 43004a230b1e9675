/** Statistics of repeated work. */
export interface Timing {
  samples: number;
  p50Ms: number;
  p99Ms: number;
  /** Repetitions per second; null if the work included waiting. */
  perSecond: number | null;
}

/** Runs `work` once and returns its duration in milliseconds. */
export async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Runs `work` for each item, `concurrency` of them at a time. */
export async function timeAtOnce<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<Timing> {
  const durations: number[] = [];
  const start = performance.now();
  // All workers share one iterator, so each item is taken once.
  const left = items.values();
  const worker = async () => {
    for (const item of left) durations.push(await time(() => work(item)));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1_000;
  return timing(durations, items.length / seconds);
}

/** Statistics of durations, in milliseconds, of work that was done one after the other. */
export function timingInTurn(durations: readonly number[]): Timing {
  const seconds = durations.reduce((sum, duration) => sum + duration, 0) / 1_000;
  return timing(durations, durations.length / seconds);
}

export function timing(durations: readonly number[], perSecond: number | null): Timing {
  const sorted = durations.toSorted((one, other) => one - other);
  return {
    samples: sorted.length,
    p50Ms: nearestRank(sorted, 50),
    p99Ms: nearestRank(sorted, 99),
    perSecond,
  };
}

/** The smallest value that at least this percentage of the values does not exceed. */
function nearestRank(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1] ?? Number.NaN;
}
