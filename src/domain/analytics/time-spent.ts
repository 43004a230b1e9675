import { percentage } from '../../shared/statistics.ts';
import type { SegmentKind } from './task-timeline.ts';

/** The milliseconds that tasks spent in each kind of segment. */
export type TimeSpent = Record<SegmentKind, number>;

/** The minutes that tasks spent in each kind of segment, with three decimals. The sum is `total`. */
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
 * Flow efficiency (Kanban): the percentage of time spent on work and rework, with one decimal. Null if no time was
 * spent.
 */
export function flowEfficiencyPct(spent: Readonly<TimeSpent>): number | null {
  return percentage(spent.work + spent.rework, totalOf(spent));
}

/**
 * Rounds to thousandths of a minute with the "largest remainder" method, so the rounded times add up to the rounded
 * total.
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
