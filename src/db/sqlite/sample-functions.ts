import type BetterSqlite3 from 'better-sqlite3';
import { createSample, type Sample, type SampleSummary, summaryOf } from '../../shared/statistics.ts';

/**
 * Adds SQL functions for analytics to a connection:
 *
 * - `sample_of(value)`, an aggregate: the median and the nearest-rank percentiles as JSON; decode with `readSummary`.
 *   SQLite's own `percentile_disc` rounds the rank down: its 90th percentile of three values is the second.
 * - `values_of(value)`, an aggregate: all values as a blob; decode with `readValues`.
 * - `throw_if_aborted()`: calls `throwIfAborted` and returns 1; see abortCheck.
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

function addTo(sample: Sample | undefined, value: unknown): Sample {
  const values = sample ?? createSample();
  if (typeof value === 'number') values.add(value);
  return values;
}

/** Decodes the result of `values_of(…)`. The values have no defined order. */
export function readValues(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** Decodes the result of `sample_of(…)`. */
export function readSummary(json: string): SampleSummary {
  return JSON.parse(json);
}
