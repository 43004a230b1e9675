/** Values whose order is asked for. They are kept as bare numbers, eight bytes each: there may be millions. */
export interface Sample {
  add(value: number): void;
  /**
   * The nearest-rank percentile: the smallest value that at least so many percent of all do not exceed.
   * Null where there is none.
   */
  percentile(percent: number): number | null;
  /** The one in the middle, or the mean of the middle two; null where there is none. */
  median(): number | null;
  /** A copy of all of them, in no order that is promised. */
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
  // Multiplied first: 0.9 * 10 is a little more than 9 in floating point, 90 * 10 / 100 is not.
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

/** The percentiles that `sample_of(…)` answers, beside the median. */
export const percentiles = [50, 85, 90, 95, 99] as const;

/** What `sample_of(…)` answers, as JSON: null where there was no value. */
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

/** How many of the values, which are in ascending order, are not above the limit. */
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

/** How many per hundred, with one decimal; null where there is nothing to divide by. */
export function percentage(part: number, whole: number): number | null {
  // Multiplied first: 201 / 400 * 1000 is a little less than 502.5 in floating point, 201 * 1000 / 400 is not.
  return whole === 0 ? null : Math.round((part * 1_000) / whole) / 10;
}

/** Minutes to the thousandth, as sessions count them: what is behind that is the noise of adding up fractions. */
export function roundedMinutes(minutes: number): number {
  return Math.round(minutes * 1_000) / 1_000;
}
