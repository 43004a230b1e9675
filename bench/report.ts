import type { Timing } from './measure.ts';

/** A line of the benchmark's table. */
export interface Row extends Timing {
  name: string;
  /** How much longer it takes, at the median, than what nothing that does this can go below. */
  floors: readonly Floor[];
  limit: Limit | null;
}

export interface Floor {
  name: string;
  p50Ms: number;
  ratio: number;
}

export interface Limit {
  /** What is promised, in words. */
  promise: string;
  isBroken: boolean;
}

export function floor(name: string, measured: Timing, lowest: Timing): Floor {
  return { name, p50Ms: lowest.p50Ms, ratio: measured.p50Ms / lowest.p50Ms };
}

const columns = ['', 'n', 'p50 ms', 'p99 ms', 'per s', 'beside the floor', 'limit', ''];

export function formatTable(rows: readonly Row[]): string {
  const lines = [
    columns,
    ...rows.map(({ name, samples, p50Ms, p99Ms, perSecond, floors, limit }) => [
      name,
      String(samples),
      digits(p50Ms),
      digits(p99Ms),
      perSecond === null ? '' : String(Math.round(perSecond)),
      floors.map((lowest) => `${lowest.ratio.toFixed(1)} x ${lowest.name}`).join(', '),
      limit?.promise ?? '',
      limit === null ? '' : limit.isBroken ? 'BROKEN' : 'kept',
    ]),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const isNumber = (index: number) => index >= 1 && index <= 4;
  return lines
    .map((line) =>
      line
        .map((cell, index) =>
          isNumber(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits that count: 0.123, 1.23, 12.3, 123. */
function digits(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}
