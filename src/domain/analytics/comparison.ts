import { InvalidInputError } from '../errors.ts';
import type { TimeWindow } from './buckets.ts';
import type { AnalyticsFilter } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { type PhaseSessionStatistics, phasesToShow, statisticsByPhase } from './phase-durations.ts';
import { emptySessionStatistics } from './session-statistics.ts';

/** A window and the one of the same length that ends where it begins. */
export interface Comparison {
  current: TimeWindow;
  previous: TimeWindow;
  /** In the order of the workflow; both windows have the same phases. */
  phases: { phase: string; current: PhaseSessionStatistics; previous: PhaseSessionStatistics }[];
}

/** Without an until the window ends now. Throws InvalidInputError without a since, and for a window of no length or an absurd one. */
export function windowsToCompare(
  { since, until }: Pick<AnalyticsFilter, 'since' | 'until'>,
  now: Date,
): Pick<Comparison, 'current' | 'previous'> {
  if (!since)
    throw new InvalidInputError(
      'since',
      'A comparison needs the start of a window',
      "Give since in the filter, for example since: '2026-01-01'; until is now unless given",
    );
  const end = until ?? now;
  const lengthMs = end.getTime() - since.getTime();
  if (lengthMs <= 0)
    throw new InvalidInputError(
      'since',
      `The window from ${since.toISOString()} to ${end.toISOString()} has no length`,
      'Give a since that is before until, or before now where until is left out',
    );
  const before = new Date(since.getTime() - lengthMs);
  // Times of such years are not in the order of their text.
  if (before.getUTCFullYear() < 0)
    throw new InvalidInputError(
      'since',
      `The window before that from ${since.toISOString()} to ${end.toISOString()} would begin before the year 0`,
      'Give a since and an until that are closer together',
    );
  return { current: { since, until: end }, previous: { since: before, until: since } };
}

/** The phases in a window and in the one before it. Throws InvalidInputError: see windowsToCompare. */
export function comparison(context: QueryContext, { filter }: { filter: AnalyticsFilter }): Comparison {
  const windows = windowsToCompare(filter, context.now);
  const current = statisticsByPhase(context, { ...filter, ...windows.current });
  const previous = statisticsByPhase(context, { ...filter, ...windows.previous });
  return {
    ...windows,
    phases: phasesToShow(context.workflow, filter, [...current.keys(), ...previous.keys()]).map((phase) => ({
      phase,
      current: { phase, statistics: current.get(phase) ?? emptySessionStatistics },
      previous: { phase, statistics: previous.get(phase) ?? emptySessionStatistics },
    })),
  };
}
