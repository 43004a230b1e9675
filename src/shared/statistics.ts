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
  /** Returns a copy of all values, in no particular order. */
  values(): Float64Array;
  readonly size: number;
}

export function createSample(): Sample {
  let values = new Float64Array(16);
  let size = 0;
  let isSorted = true;

  const sorted = () => {
    if (!isSorted) values.subarray(0, size).sort();
    isSorted = true;
    return values;
  };
  // Multiply before dividing: in floating point, 0.07 * 100 is more than 7.
  const percentile = (percent: number) => sorted()[Math.max(Math.ceil((percent * size) / 100), 1) - 1];

  return {
    add(value) {
      if (size === values.length) {
        const larger = new Float64Array(size * 2);
        larger.set(values);
        values = larger;
      }
      values[size] = value;
      size += 1;
      isSorted = false;
    },
    percentile: (percent) => (size === 0 ? null : (percentile(percent) ?? null)),
    median() {
      if (size === 0) return null;
      const lower = sorted()[Math.floor((size - 1) / 2)] ?? Number.NaN;
      const upper = sorted()[Math.floor(size / 2)] ?? Number.NaN;
      return (lower + upper) / 2;
    },
    values: () => values.slice(0, size),
    get size() {
      return size;
    },
  };
}

/** The percentiles that a summary of a sample contains. */
export const percentiles = [50, 85, 90, 95, 99] as const;

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
  const [p50, p85, p90, p95, p99] = percentiles.map((percent) => sample.percentile(percent));
  return {
    median: sample.median(),
    p50: p50 ?? null,
    p85: p85 ?? null,
    p90: p90 ?? null,
    p95: p95 ?? null,
    p99: p99 ?? null,
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

/** Returns `part` as a percentage of `whole`, with one decimal. Returns null if `whole` is 0. */
export function percentage(part: number, whole: number): number | null {
  // Multiply before dividing: in floating point, 201 / 400 * 1000 is less than 502.5.
  return whole === 0 ? null : Math.round((part * 1_000) / whole) / 10;
}

/** Rounds minutes to three decimals, as in stored durations, to remove floating-point errors. */
export function roundedMinutes(minutes: number): number {
  return Math.round(minutes * 1_000) / 1_000;
}
