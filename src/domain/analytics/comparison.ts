import { InvalidInputError } from '../errors.ts';
import type { TimeWindow } from './buckets.ts';
import type { AnalyticsFilter } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { type PhaseSessionStatistics, phasesToShow, statisticsByPhase } from './phase-durations.ts';
import { emptySessionStatistics } from './session-statistics.ts';

/** Session statistics of a time window and of the equally long window directly before it. */
export interface Comparison {
  current: TimeWindow;
  previous: TimeWindow;
  /** The statistics of each phase in both time windows, in workflow order. */
  phases: { phase: string; current: PhaseSessionStatistics; previous: PhaseSessionStatistics }[];
}

/**
 * Returns the window from `since` to `until` (default: now) and the window before it. Throws InvalidInputError if
 * either window is invalid.
 */
export function windowsToCompare(
  { since, until }: Pick<AnalyticsFilter, 'since' | 'until'>,
  now: Date,
): Pick<Comparison, 'current' | 'previous'> {
  if (!since)
    throw new InvalidInputError(
      'since',
      'The start of the time window (`since`) is missing',
      "Set `since` in the filter, for example `since: '2026-01-01'`. Without `until`, the window ends now",
    );
  const end = until ?? now;
  const lengthMs = end.getTime() - since.getTime();
  if (lengthMs <= 0)
    throw new InvalidInputError(
      'since',
      `The window from ${since.toISOString()} to ${end.toISOString()} is empty`,
      'Give a `since` that is before `until`. Without `until`, the window ends now',
    );
  const before = new Date(since.getTime() - lengthMs);
  // The database compares times as text, which would put years before 0 in the wrong order.
  if (before.getUTCFullYear() < 0)
    throw new InvalidInputError(
      'since',
      `The window before ${since.toISOString()} to ${end.toISOString()} would begin before the year 0`,
      'Give a shorter window',
    );
  return { current: { since, until: end }, previous: { since: before, until: since } };
}

/**
 * Returns session statistics by phase for the two windows from `windowsToCompare`. Throws the same InvalidInputError.
 */
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
