import { type Bound, type Peer, peerTitles, type RowName, rows } from './rows.ts';

export type Measured = 'ours' | Peer;

/** The figures of all rounds. */
export interface Figures {
  add(row: RowName, measured: Measured, figure: number): void;
  /** The median of the rounds; null if it was not measured. */
  median(row: RowName, measured: Measured): number | null;
  /** The figures of each round, for the file with the results. */
  toJSON(): object;
}

export function createFigures(): Figures {
  const figures = new Map<RowName, Map<Measured, number[]>>();
  return {
    add(row, measured, figure) {
      const ofRow = figures.get(row) ?? new Map<Measured, number[]>();
      figures.set(row, ofRow);
      ofRow.set(measured, [...(ofRow.get(measured) ?? []), figure]);
    },
    median: (row, measured) => median(figures.get(row)?.get(measured) ?? []),
    toJSON: () =>
      Object.fromEntries([...figures].map(([row, ofRow]) => [row, Object.fromEntries(ofRow)] as const)),
  };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

export interface CheckedBound {
  /** For example `≥ 0.6 × plain`. */
  promise: string;
  /** Null if what it is compared with was not measured. */
  isKept: boolean | null;
}

/** Compares a row with a figure to reach. `room` is a factor for noise: 0.7 asks for 0.7 × the figure to reach. */
export function checkBound(row: RowName, bound: Bound, figures: Figures, room: number): CheckedBound {
  const { better } = rows[row];
  const ours = figures.median(row, 'ours');
  const limit = limitOf(row, bound, figures);
  const allowed = better === 'higher' ? room : 1 / room;
  const isKept =
    ours === null || limit === null
      ? null
      : better === 'higher'
        ? ours >= limit * allowed
        : ours <= limit * allowed;
  return { promise: `${better === 'higher' ? '≥' : '≤'} ${inWords(row, bound, allowed)}`, isKept };
}

function limitOf(row: RowName, bound: Bound, figures: Figures): number | null {
  if (bound.kind === 'value') return bound.value;
  const other = bound.kind === 'peer' ? figures.median(row, bound.peer) : figures.median(bound.row, 'ours');
  return other === null ? null : other * bound.times;
}

function inWords(row: RowName, bound: Bound, allowed: number): string {
  const factor = (times: number) => Number((times * allowed).toFixed(2));
  if (bound.kind === 'value') return `${factor(bound.value)} ${rows[row].unit}`;
  const name = bound.kind === 'peer' ? peerTitles[bound.peer] : rows[bound.row].title;
  return factor(bound.times) === 1 ? name : `${factor(bound.times)} × ${name}`;
}
