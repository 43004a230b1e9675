import { percentage } from '../../shared/statistics.ts';
import type { SegmentKind } from './task-timeline.ts';

/** What time was spent on, in whole milliseconds. */
export type TimeSpent = Record<SegmentKind, number>;

/** The same in minutes to the thousandth; the kinds add up to `total`. */
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

/** Touch time per hundred of all the time, with one decimal; null where there is none. */
export function flowEfficiencyPct(spent: Readonly<TimeSpent>): number | null {
  return percentage(spent.work + spent.rework, totalOf(spent));
}

/**
 * Rounded one by one, the kinds would miss the rounded total now and then. So all are rounded down, and the thousandths
 * that the total has beyond them go to those that lost most (the method of the largest remainder). None is off by a
 * thousandth of a minute or more.
 */
export function minutesSpent(spent: Readonly<TimeSpent>): MinutesSpent {
  const total = Math.round(totalOf(spent) / millisecondsPerThousandth);
  const thousandths = kinds.map((kind) => ({
    kind,
    whole: Math.floor(spent[kind] / millisecondsPerThousandth),
    lost: spent[kind] % millisecondsPerThousandth,
  }));
  const missing = total - thousandths.reduce((sum, { whole }) => sum + whole, 0);
  const minutes = { total: total / 1_000, ...noTime() };
  for (const [place, { kind, whole }] of thousandths.toSorted((a, b) => b.lost - a.lost).entries())
    minutes[kind] = (whole + (place < missing ? 1 : 0)) / 1_000;
  return minutes;
}
