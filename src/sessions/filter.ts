import type { Prisma } from '../generated/prisma/client.ts';
import { checkEpicKey, checkFeatureKey, checkTaskKey, checkText, limits } from '../operations/input.ts';
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

/** Throws InvalidInputError for filters that contradict themselves, for text that is no key, and for agents that cannot be. */
export function sessionsWhere(filter: SessionFilter, now: Date): Prisma.TaskSessionWhereInput {
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

  const startedAt: Prisma.DateTimeFilter = {
    ...(isGiven(filter.since) ? { gte: filter.since } : {}),
    ...(isGiven(filter.until) ? { lt: filter.until } : {}),
    ...(isGiven(filter.staleAfterMs) ? { lte: new Date(now.getTime() - filter.staleAfterMs) } : {}),
  };
  const feature: Prisma.FeatureWhereInput = {
    ...(isGiven(filter.featureKey) ? { key: checkFeatureKey(filter.featureKey) } : {}),
    ...(isGiven(filter.epicKey) ? { epic: { key: checkEpicKey(filter.epicKey) } } : {}),
  };
  const task: Prisma.TaskWhereInput = {
    ...(isGiven(filter.taskKey) ? { key: checkTaskKey(filter.taskKey) } : {}),
    ...(Object.keys(feature).length > 0 ? { feature } : {}),
  };
  return {
    ...(isGiven(filter.agentId) ? { agentId: checkText('agentId', filter.agentId, limits.agent) } : {}),
    ...(isGiven(filter.agentType)
      ? { agentType: checkText('agentType', filter.agentType, limits.agent) }
      : {}),
    ...(isGiven(filter.phase) ? { phase: filter.phase } : {}),
    ...(isGiven(filter.outcome) ? { outcome: filter.outcome } : {}),
    ...(stale || filter.active === true ? { endedAt: null } : {}),
    ...(filter.active === false ? { endedAt: { not: null } } : {}),
    ...(Object.keys(startedAt).length > 0 ? { startedAt } : {}),
    ...(Object.keys(task).length > 0 ? { task } : {}),
  };
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
