import { percentage } from '../../shared/statistics.ts';
import type { SegmentKind } from './task-timeline.ts';

/** Milliseconds per kind of segment. */
export type TimeSpent = Record<SegmentKind, number>;

/** Minutes per kind of segment, with three decimals. They add up to `total`. */
export interface MinutesSpent extends Readonly<Record<SegmentKind, number>> {
  readonly total: number;
}

const kinds = ['queue', 'work', 'rework', 'blocked', 'idle'] as const satisfies readonly SegmentKind[];
const millisecondsPerThousandth = 60;

export function noTime(): TimeSpent {
  return { queue: 0, work: 0, rework: 0, blocked: 0, idle: 0 };
}

export function totalOf(spent: Readonly<TimeSpent>): number {
  return kinds.reduce((sum, kind) => sum + spent[kind], 0);
}

/**
 * Flow efficiency as Kanban defines it: touch time (work and rework) as a percentage of all time, with one decimal.
 * Null if no time was spent.
 */
export function flowEfficiencyPct(spent: Readonly<TimeSpent>): number | null {
  return percentage(spent.work + spent.rework, totalOf(spent));
}

/**
 * Rounds to thousandths of a minute so that the kinds add up to the rounded total. Uses the largest remainder method:
 * first, every kind is rounded down; then the kinds with the largest remainders get the missing thousandths.
 */
export function minutesSpent(spent: Readonly<TimeSpent>): MinutesSpent {
  const total = Math.round(totalOf(spent) / millisecondsPerThousandth);
  const thousandths = kinds.map((kind) => ({
    kind,
    whole: Math.floor(spent[kind] / millisecondsPerThousandth),
    remainder: spent[kind] % millisecondsPerThousandth,
  }));
  const missing = total - thousandths.reduce((sum, { whole }) => sum + whole, 0);
  const minutes = { total: total / 1_000, ...noTime() };
  for (const [index, { kind, whole }] of thousandths.toSorted((a, b) => b.remainder - a.remainder).entries())
    minutes[kind] = (whole + (index < missing ? 1 : 0)) / 1_000;
  return minutes;
}
