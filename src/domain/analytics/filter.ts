import { checkWindow } from '../input.ts';
import { checkSessionFilter, type SessionFilter } from '../sessions/filter.ts';

/**
 * Selects the sessions that analytics count. The fields are those of the session filter, but `since` and `until` apply
 * to the *end* of a session. Applied to the start, a recent window would contain only short sessions.
 */
export interface AnalyticsFilter
  extends Pick<SessionFilter, 'epicKey' | 'featureKey' | 'agent' | 'agentId' | 'agentType' | 'phase'> {
  /** Only sessions that ended at this instant or later. */
  since?: Date | null | undefined;
  /** Only sessions that ended before this instant. */
  until?: Date | null | undefined;
}

/** Returns the filter with its keys as the database stores them. Throws InvalidInputError: see checkSessionFilter. */
export function checkAnalyticsFilter({ since, until, ...filter }: AnalyticsFilter): AnalyticsFilter {
  checkWindow(['since', since], ['until', until]);
  return { since, until, ...checkSessionFilter(filter) };
}

/** The sessions that analytics count: those that ended in the window. */
export function endedSessions({ since, until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: false, endedSince: since, endedUntil: until };
}

/** The sessions that are open now. They are reported separately, because an open session is in no window. */
export function openSessions({ since: _since, until: _until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: true };
}
