import { InvalidInputError } from '../errors.ts';
import type { TimeWindow } from './buckets.ts';
import type { AnalyticsFilter } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { type PhaseSessionStatistics, phasesToShow, statisticsByPhase } from './phase-durations.ts';
import { emptySessionStatistics } from './session-statistics.ts';

/** A window and the window of the same length directly before it. */
export interface Comparison {
  current: TimeWindow;
  previous: TimeWindow;
  /** The phases in workflow order. */
  phases: { phase: string; current: PhaseSessionStatistics; previous: PhaseSessionStatistics }[];
}

/**
 * Returns the window of the filter and the window before it. Default for `until`: now. Throws InvalidInputError if
 * `since` is missing, if the window is empty, or if the earlier window would begin before the year 0.
 */
export function windowsToCompare(
  { since, until }: Pick<AnalyticsFilter, 'since' | 'until'>,
  now: Date,
): Pick<Comparison, 'current' | 'previous'> {
  if (!since)
    throw new InvalidInputError(
      'since',
      'since is missing: a comparison needs the start of a window',
      "Give since in the filter, for example since: '2026-01-01'. The default of until is now",
    );
  const end = until ?? now;
  const lengthMs = end.getTime() - since.getTime();
  if (lengthMs <= 0)
    throw new InvalidInputError(
      'since',
      `The window from ${since.toISOString()} to ${end.toISOString()} is empty`,
      'Give a since before until. The default of until is now',
    );
  const before = new Date(since.getTime() - lengthMs);
  // The database compares times as text, so the order would be wrong for negative years.
  if (before.getUTCFullYear() < 0)
    throw new InvalidInputError(
      'since',
      `The window before ${since.toISOString()} to ${end.toISOString()} would begin before the year 0`,
      'Give a shorter window',
    );
  return { current: { since, until: end }, previous: { since: before, until: since } };
}

/** Session statistics by phase for a window and the window before it. Throws InvalidInputError: see windowsToCompare. */
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
