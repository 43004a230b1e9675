/** How long something took, each time it was done. */
export interface Timing {
  samples: number;
  p50Ms: number;
  p99Ms: number;
  /** How often it was done in a second; null where it waited for something in between. */
  perSecond: number | null;
}

/** Runs `work` once and returns how long it took, in milliseconds. */
export async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Does the work for each item, so many at once, and always starts the next one when one is done. */
export async function timeAtOnce<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<Timing> {
  const durations: number[] = [];
  const start = performance.now();
  // One iterator for all workers: each takes from it what is next.
  const left = items.values();
  const worker = async () => {
    for (const item of left) durations.push(await time(() => work(item)));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1_000;
  return timing(durations, items.length / seconds);
}

/** What these durations, in milliseconds, amount to when the work was done one after the other. */
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

/** The smallest value that at least so many percent do not exceed. */
function nearestRank(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1] ?? Number.NaN;
}
