import { checkWindow } from '../input.ts';
import { checkSessionFilter, type SessionFilter } from '../sessions/filter.ts';

/**
 * Selects the sessions that analytics count. All fields are those of the session filter, except that the window is
 * about the *end* of a session: a recent window over starts would hold only sessions that were short.
 */
export interface AnalyticsFilter
  extends Pick<SessionFilter, 'epicKey' | 'featureKey' | 'agent' | 'agentId' | 'agentType' | 'phase'> {
  /** Ended at this instant or later. */
  since?: Date | null | undefined;
  /** Ended before this instant. */
  until?: Date | null | undefined;
}

/** Returns the filter with its keys as the database stores them. Throws InvalidInputError: see checkSessionFilter. */
export function checkAnalyticsFilter({ since, until, ...filter }: AnalyticsFilter): AnalyticsFilter {
  checkWindow(['since', since], ['until', until]);
  return { since, until, ...checkSessionFilter(filter) };
}

/** The sessions that are counted: those that ended in the window. */
export function endedSessions({ since, until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: false, endedSince: since, endedUntil: until };
}

/** The sessions that are reported next to them: those that are open now. They are in no window yet. */
export function openSessions({ since: _since, until: _until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: true };
}
