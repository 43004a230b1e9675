import { checkEpicKey, checkFeatureKey, checkOptionalText, checkWindow, limits } from '../input.ts';
import type { SessionFilter } from '../sessions/filter.ts';

/**
 * What the analytics are about; what is left out (or null) does not narrow the choice. The time is that of the *end*
 * of a session, half open: selected by start, a recent window would hold only sessions that were short.
 */
export interface AnalyticsFilter {
  /** Ended at this instant or later. */
  since?: Date | null | undefined;
  /** Ended before this instant. */
  until?: Date | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  /** The id of an agent, or a type. */
  agent?: string | null | undefined;
  agentId?: string | null | undefined;
  agentType?: string | null | undefined;
  phase?: string | null | undefined;
}

/**
 * The filter with its keys as the database has them. Throws InvalidInputError for a since after its until, for text
 * that is no key, and for agents and phases that cannot be.
 */
export function checkAnalyticsFilter(filter: AnalyticsFilter): AnalyticsFilter {
  checkWindow(['since', filter.since], ['until', filter.until]);
  return {
    since: filter.since,
    until: filter.until,
    phase: checkOptionalText('phase', filter.phase, limits.text),
    epicKey: typeof filter.epicKey === 'string' ? checkEpicKey(filter.epicKey) : null,
    featureKey: typeof filter.featureKey === 'string' ? checkFeatureKey(filter.featureKey) : null,
    agent: checkOptionalText('agent', filter.agent, limits.agent),
    agentId: checkOptionalText('agentId', filter.agentId, limits.agent),
    agentType: checkOptionalText('agentType', filter.agentType, limits.agent),
  };
}

/** The sessions that are counted: those that have ended, in the window. */
export function endedSessions({ since, until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: false, endedSince: since, endedUntil: until };
}

/** The sessions that are reported beside them: those that are open now, which are in no window yet. */
export function openSessions({ since: _since, until: _until, ...filter }: AnalyticsFilter): SessionFilter {
  return { ...filter, active: true };
}
