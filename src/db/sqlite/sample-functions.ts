import type BetterSqlite3 from 'better-sqlite3';
import { createSample, type Sample, type SampleSummary, summaryOf } from '../../shared/statistics.ts';

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
