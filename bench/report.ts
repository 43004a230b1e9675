import type { Timing } from './measure.ts';

/** A line of the benchmark's table. */
export type Row = TimeRow | MemoryRow;

interface Threshold {
  name: string;
  samples: number;
  limit: Limit | null;
}

/** How long something takes. */
export interface TimeRow extends Threshold, Timing {
  /** How much longer it takes, at the median, than what nothing that does this can go below. */
  floors: readonly Floor[];
  /** The longest that the server's event loop was held meanwhile, in milliseconds, where that was watched. */
  heldMs?: number;
}

/** What something takes of the server's memory. */
export interface MemoryRow extends Threshold {
  bytes: number;
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

export const kilobyte = 1_024;

const columns = ['', 'n', 'p50 ms', 'p99 ms', 'per s', 'held ms', 'KB', 'beside the floor', 'limit', ''];

export function formatTable(rows: readonly Row[]): string {
  const lines = [
    columns,
    ...rows.map((row) => [
      row.name,
      String(row.samples),
      ...('bytes' in row ? memoryCells(row) : timeCells(row)),
      row.limit?.promise ?? '',
      row.limit === null ? '' : row.limit.isBroken ? 'BROKEN' : 'kept',
    ]),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const isNumber = (index: number) => index >= 1 && index <= 6;
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

function timeCells({ p50Ms, p99Ms, perSecond, floors, heldMs }: TimeRow): string[] {
  return [
    digits(p50Ms),
    digits(p99Ms),
    perSecond === null ? '' : String(Math.round(perSecond)),
    heldMs === undefined ? '' : digits(heldMs),
    '',
    floors.map((lowest) => `${lowest.ratio.toFixed(1)} x ${lowest.name}`).join(', '),
  ];
}

function memoryCells({ bytes }: MemoryRow): string[] {
  return ['', '', '', '', digits(bytes / kilobyte), ''];
}

/** Three digits that count: 0.123, 1.23, 12.3, 123. */
function digits(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}
