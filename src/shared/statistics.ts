import { selectRank } from './select-rank.ts';

/** Computes medians and percentiles of many numbers. Each number takes only eight bytes. */
export interface Sample {
  add(value: number): void;
  /**
   * Returns the nearest-rank percentile: at least `percent` % of the values are not larger than this value. Null for an
   * empty sample.
   */
  percentile(percent: number): number | null;
  /** Returns the middle value, or the mean of the two middle values. Null for an empty sample. */
  median(): number | null;
  readonly size: number;
}

/** Creates a sample with these values. The sample changes their order. */
export function createSample(initialValues = new Float64Array(0)): Sample {
  let values = initialValues;
  let size = values.length;
  // The values before this index are not larger than the value at it, and the values after it are not smaller. -1 if
  // the order of the values is unknown.
  let selected = -1;

  // Selecting a few ranks is about four times as fast as sorting, and fastest in ascending order.
  const valueAt = (rank: number) => {
    if (rank > selected) selectRank(values, rank, selected + 1, size - 1);
    if (rank < selected) selectRank(values, rank, 0, selected - 1);
    selected = rank;
    return values[rank] ?? Number.NaN;
  };

  return {
    add(value) {
      if (size === values.length) {
        const larger = new Float64Array(Math.max(size * 2, 16));
        larger.set(values);
        values = larger;
      }
      values[size] = value;
      size += 1;
      selected = -1;
    },
    // Multiply before dividing: in floating point, 0.07 * 100 is more than 7.
    percentile: (percent) =>
      size === 0 ? null : valueAt(Math.max(Math.ceil((percent * size) / 100), 1) - 1),
    median() {
      if (size === 0) return null;
      const lower = valueAt(Math.floor((size - 1) / 2));
      const upper = valueAt(Math.floor(size / 2));
      return (lower + upper) / 2;
    },
    get size() {
      return size;
    },
  };
}

/** The median and the nearest-rank percentiles. All fields are null if there are no values. */
export interface SampleSummary {
  median: number | null;
  p50: number | null;
  p85: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
}

export function summaryOf(sample: Sample): SampleSummary {
  // In this order, because the sample finds ascending ranks faster.
  const p50 = sample.percentile(50);
  const median = sample.median();
  return {
    median,
    p50,
    p85: sample.percentile(85),
    p90: sample.percentile(90),
    p95: sample.percentile(95),
    p99: sample.percentile(99),
  };
}

/** Returns how many values are not larger than `limit`. The values must be in ascending order. */
export function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.NaN) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds the values with Neumaier's method, as SQLite's `SUM` does: rounding errors do not add up. */
export function sumOf(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) > Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Returns `part` as a percentage of `whole`, with one decimal. Returns null if `whole` is 0. */
export function percentage(part: number, whole: number): number | null {
  // Multiply before dividing: in floating point, 201 / 400 * 1000 is less than 502.5.
  return whole === 0 ? null : Math.round((part * 1_000) / whole) / 10;
}

/** Rounds minutes to three decimals, as in stored durations, to remove floating-point errors. */
export function roundedMinutes(minutes: number): number {
  return Math.round(minutes * 1_000) / 1_000;
}
