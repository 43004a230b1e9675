import type { Prisma } from '../generated/prisma/client.ts';
import {
  checkEpicKey,
  checkFeatureKey,
  checkOptionalText,
  checkTaskKey,
  limits,
} from '../operations/input.ts';
import { InvalidInputError } from '../operations/refusals.ts';
import type { Outcome } from './close-session.ts';

/** Which sessions; what is left out (or null) does not narrow the choice. */
export interface SessionFilter {
  taskKey?: string | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  agentId?: string | null | undefined;
  agentType?: string | null | undefined;
  phase?: string | null | undefined;
  outcome?: Outcome | null | undefined;
  /** True: still open; false: ended. */
  active?: boolean | null | undefined;
  /** Open for this many milliseconds or longer; the boundary counts. */
  staleAfterMs?: number | null | undefined;
  /** Started at this instant or later. */
  since?: Date | null | undefined;
  /** Started before this instant. */
  until?: Date | null | undefined;
}

/**
 * The filter with its keys as the database has them. Throws InvalidInputError for filters that contradict themselves,
 * for text that is no key, and for agents that cannot be.
 */
function checkFilter(filter: SessionFilter): SessionFilter {
  const stale = isGiven(filter.staleAfterMs);
  if (isGiven(filter.since) && isGiven(filter.until) && filter.since > filter.until)
    throw new InvalidInputError(
      'since',
      `since (${filter.since.toISOString()}) is after until (${filter.until.toISOString()})`,
      'Give a since that is not after until',
    );
  if (stale && filter.active === false)
    throw new InvalidInputError(
      'staleAfter',
      'staleAfter asks for open sessions and active: false for ended ones',
      'Leave one of the two out',
    );
  if (isGiven(filter.outcome) && (stale || filter.active === true))
    throw new InvalidInputError(
      'outcome',
      `outcome asks for ended sessions and ${stale ? 'staleAfter' : 'active: true'} for open ones`,
      'Leave one of the two out',
    );
  return {
    ...filter,
    taskKey: isGiven(filter.taskKey) ? checkTaskKey(filter.taskKey) : null,
    featureKey: isGiven(filter.featureKey) ? checkFeatureKey(filter.featureKey) : null,
    epicKey: isGiven(filter.epicKey) ? checkEpicKey(filter.epicKey) : null,
    agentId: checkOptionalText('agentId', filter.agentId, limits.agent),
    agentType: checkOptionalText('agentType', filter.agentType, limits.agent),
  };
}

/** The sessions that a filter chooses, as a condition for the database. Throws InvalidInputError: see checkFilter. */
export function sessionsWhere(unchecked: SessionFilter, now: Date): Prisma.TaskSessionWhereInput {
  const filter = checkFilter(unchecked);
  const stale = isGiven(filter.staleAfterMs);
  const startedAt: Prisma.DateTimeFilter = {
    ...(isGiven(filter.since) ? { gte: filter.since } : {}),
    ...(isGiven(filter.until) ? { lt: filter.until } : {}),
    ...(isGiven(filter.staleAfterMs) ? { lte: new Date(now.getTime() - filter.staleAfterMs) } : {}),
  };
  const feature: Prisma.FeatureWhereInput = {
    ...(isGiven(filter.featureKey) ? { key: filter.featureKey } : {}),
    ...(isGiven(filter.epicKey) ? { epic: { key: filter.epicKey } } : {}),
  };
  const task: Prisma.TaskWhereInput = {
    ...(isGiven(filter.taskKey) ? { key: filter.taskKey } : {}),
    ...(Object.keys(feature).length > 0 ? { feature } : {}),
  };
  return {
    ...(isGiven(filter.agentId) ? { agentId: filter.agentId } : {}),
    ...(isGiven(filter.agentType) ? { agentType: filter.agentType } : {}),
    ...(isGiven(filter.phase) ? { phase: filter.phase } : {}),
    ...(isGiven(filter.outcome) ? { outcome: filter.outcome } : {}),
    ...(stale || filter.active === true ? { endedAt: null } : {}),
    ...(filter.active === false ? { endedAt: { not: null } } : {}),
    ...(Object.keys(startedAt).length > 0 ? { startedAt } : {}),
    ...(Object.keys(task).length > 0 ? { task } : {}),
  };
}

/** What a session is chosen by. */
export interface SessionFacts {
  agentId: string;
  agentType: string | null;
  phase: string;
  startedAt: Date;
  /** Left out where the session is known to be open. */
  outcome?: string | null;
  /** Null where the task, its feature or its epic is missing. */
  taskKey: string | null;
  featureKey: string | null;
  epicKey: string | null;
}

/**
 * The same choice as that of sessionsWhere for a session that was read already, which many readers choose among.
 * `staleAfter` is not for these. Throws InvalidInputError: see checkFilter.
 */
export function sessionMatcher(unchecked: SessionFilter): (session: SessionFacts) => boolean {
  const { since, until, active, outcome, ...filter } = checkFilter(unchecked);
  const equal = (['taskKey', 'featureKey', 'epicKey', 'agentId', 'agentType', 'phase'] as const).filter(
    (field) => isGiven(filter[field]),
  );
  return (session) => {
    const ended = session.outcome ?? null;
    return (
      equal.every((field) => session[field] === filter[field]) &&
      (!isGiven(since) || session.startedAt >= since) &&
      (!isGiven(until) || session.startedAt < until) &&
      (!isGiven(outcome) || ended === outcome) &&
      (!isGiven(active) || (ended === null) === active)
    );
  };
}

/**
 * A filter beside a threshold of its own chooses among sessions that are open. Throws InvalidInputError for what only
 * makes sense of others, and for a second threshold.
 */
export function checkFilterOfStale(filter: SessionFilter): void {
  for (const [field, value] of [
    ['outcome', filter.outcome],
    ['staleAfter', filter.staleAfterMs],
  ] as const)
    if (isGiven(value))
      throw new InvalidInputError(
        field,
        `${field} cannot be filtered by here`,
        'Leave it out: the sessions are open, and the staleAfter beside the filter says when they are stale',
      );
  if (filter.active === false)
    throw new InvalidInputError(
      'active',
      'active: false asks for sessions that have ended',
      'Leave it out: only open sessions turn stale',
    );
}

/** The sessions that come behind a place in the order of their starts. */
export function sessionsBehind(
  { startedAt, id }: { startedAt: Date; id: number },
  ascending: boolean,
): Prisma.TaskSessionWhereInput {
  // Written so that the start is a range on the index: an OR of both columns is not one.
  return ascending
    ? { startedAt: { gte: startedAt }, NOT: { startedAt, id: { lte: id } } }
    : { startedAt: { lte: startedAt }, NOT: { startedAt, id: { gte: id } } };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
