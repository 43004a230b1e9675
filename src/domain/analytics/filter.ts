import { checkWindow } from '../input.ts';
import { checkSessionFilter, type SessionFilter } from '../sessions/filter.ts';

/**
 * Selects sessions for the analytics. `since` and `until` apply to the end of a session. All other fields work as in
 * `SessionFilter`.
 */
export interface AnalyticsFilter
  extends Pick<SessionFilter, 'epicKey' | 'featureKey' | 'agent' | 'agentId' | 'agentType' | 'phase'> {
  /** Only sessions that ended at this time or later. */
  since?: Date | null | undefined;
  /** Only sessions that ended before this time. */
  until?: Date | null | undefined;
}

/**
 * Returns the filter with its keys in the form that the database uses. Throws InvalidInputError if a field is invalid.
 */
export function checkAnalyticsFilter({ since, until, ...filter }: AnalyticsFilter): AnalyticsFilter {
  checkWindow(['since', since], ['until', until]);
  return { since, until, ...checkSessionFilter(filter) };
}

/** Returns a filter for the matching sessions that ended in the time window. */
export function endedSessions({ since, until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: false, endedSince: since, endedUntil: until };
}

/** Returns a filter for the matching open sessions. It has no time window, because open sessions have no end. */
export function openSessions({ since: _since, until: _until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: true };
}
