import type BetterSqlite3 from 'better-sqlite3';
import { createSample, type Sample, type SampleSummary, summaryOf } from '../../shared/statistics.ts';

/** Adds SQL functions for analytics to a database connection. */
export function defineFunctions(connection: BetterSqlite3.Database, throwIfAborted: () => void): void {
  // `sample_of` returns the median and nearest-rank percentiles, but SQLite's `percentile_disc` rounds the rank down.
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
    // 1 makes the condition of `abortCheck` true.
    return 1;
  });
}

function addTo(sample: Sample | undefined, value: unknown): Sample {
  const values = sample ?? createSample();
  if (typeof value === 'number') values.add(value);
  return values;
}

/** Decodes the blob that the SQL function `values_of` returns. The values have no defined order. */
export function readValues(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** Decodes the JSON that the SQL function `sample_of` returns. */
export function readSummary(json: string): SampleSummary {
  return JSON.parse(json);
}
