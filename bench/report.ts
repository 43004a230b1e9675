import type { Timing } from './measure.ts';

/** A row of the table of results. */
export type Row = TimeRow | MemoryRow;

interface Measurement {
  name: string;
  samples: number;
  limit: Limit | null;
}

export interface TimeRow extends Measurement, Timing {
  /** Lower bounds that were measured in the same run. */
  floors: readonly Floor[];
  /** The longest delay of the server's event loop during the measurement, in milliseconds. */
  heldMs?: number;
  /** The processor time of the server during the measurement, in percent of one core. */
  corePercent?: number;
}

/** Memory of the server. */
export interface MemoryRow extends Measurement {
  bytes: number;
}

export interface Floor {
  name: string;
  p50Ms: number;
  /** The median of the measurement divided by that of the floor. */
  ratio: number;
}

export interface Limit {
  /** The limit in words. */
  promise: string;
  isBroken: boolean;
}

export function floor(name: string, measured: Timing, lowest: Timing): Floor {
  return { name, p50Ms: lowest.p50Ms, ratio: measured.p50Ms / lowest.p50Ms };
}

export const kilobyte = 1_024;

const columns = [
  '',
  'n',
  'p50 ms',
  'p99 ms',
  'per s',
  'held ms',
  'core %',
  'KB',
  'times the floor',
  'limit',
  '',
];

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
  const isNumber = (index: number) => index >= 1 && index <= 7;
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

function timeCells({ p50Ms, p99Ms, perSecond, floors, heldMs, corePercent }: TimeRow): string[] {
  return [
    digits(p50Ms),
    digits(p99Ms),
    perSecond === null ? '' : String(Math.round(perSecond)),
    heldMs === undefined ? '' : digits(heldMs),
    corePercent === undefined ? '' : digits(corePercent),
    '',
    floors.map((lowest) => `${lowest.ratio.toFixed(1)} x ${lowest.name}`).join(', '),
  ];
}

function memoryCells({ bytes }: MemoryRow): string[] {
  return ['', '', '', '', '', digits(bytes / kilobyte), ''];
}

/** At most three significant digits: 0.123, 1.23, 12.3, 123. */
function digits(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}
