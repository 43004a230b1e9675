import type BetterSqlite3 from 'better-sqlite3';
import { createSample, type Sample } from '../../shared/statistics.ts';

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

/**
 * Gives a connection the functions that statements over many sessions need and SQLite lacks:
 *
 * - `sample_of(value)`, an aggregate: the median and the nearest-rank percentiles as JSON. SQLite's own
 *   `percentile_disc` rounds the rank down, so that the 90th percentile of three values is the second.
 * - `values_of(value)`, an aggregate: the values themselves, to be read with `readValues`.
 * - `throw_if_aborted()`: true, or whatever `goOn` throws.
 */
export function defineFunctions(connection: BetterSqlite3.Database, throwIfAborted: () => void): void {
  connection.aggregate<Sample | undefined>('sample_of', {
    start: () => undefined,
    step: addTo,
    result: (sample) => JSON.stringify(summaryOf(sample ?? createSample())),
    deterministic: true,
  });
  connection.aggregate<Sample | undefined>('values_of', {
    start: () => undefined,
    step: addTo,
    result: (sample) => new Uint8Array((sample ?? createSample()).values().buffer),
    deterministic: true,
  });
  connection.function('throw_if_aborted', { deterministic: false }, () => {
    throwIfAborted();
    return 1;
  });
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

function addTo(sample: Sample | undefined, value: unknown): Sample {
  const values = sample ?? createSample();
  if (typeof value === 'number') values.add(value);
  return values;
}

/** Reads what `values_of(…)` answered, in no order. */
export function readValues(answered: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(answered).buffer);
}

/** Reads what `sample_of(…)` answered. */
export function readSummary(json: string): SampleSummary {
  return JSON.parse(json);
}
