import { Prisma } from '../../db/generated/prisma/client.ts';
import {
  checkEpicKey,
  checkFeatureKey,
  checkOptionalText,
  checkTaskKey,
  checkWindow,
  limits,
} from '../input.ts';
import { InvalidInputError } from '../errors.ts';
import type { Outcome } from './close-session.ts';

/** Which sessions; what is left out (or null) does not narrow the choice. */
export interface SessionFilter {
  taskKey?: string | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  /** The id of an agent, or a type: whoever filters need not know which of the two a word is. */
  agent?: string | null | undefined;
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
  /** Ended at this instant or later. */
  endedSince?: Date | null | undefined;
  /** Ended before this instant. */
  endedUntil?: Date | null | undefined;
}

/**
 * The filter with its keys as the database has them. Throws InvalidInputError for filters that contradict themselves,
 * for text that is no key, and for agents and phases that cannot be.
 */
export function checkSessionFilter(filter: SessionFilter): SessionFilter {
  checkWindow(['since', filter.since], ['until', filter.until]);
  checkWindow(['endedSince', filter.endedSince], ['endedUntil', filter.endedUntil]);
  const asksForOpen = isGiven(filter.staleAfterMs)
    ? 'staleAfter'
    : filter.active === true
      ? 'active: true'
      : undefined;
  const ofEnded = (['outcome', 'endedSince', 'endedUntil'] as const).find((field) => isGiven(filter[field]));
  if (isGiven(filter.staleAfterMs) && filter.active === false)
    throw new InvalidInputError(
      'staleAfter',
      'staleAfter asks for open sessions and active: false for ended ones',
      'Leave one of the two out',
    );
  if (ofEnded !== undefined && asksForOpen !== undefined)
    throw new InvalidInputError(
      ofEnded,
      `${ofEnded} asks for ended sessions and ${asksForOpen} for open ones`,
      'Leave one of the two out',
    );
  return {
    ...filter,
    taskKey: isGiven(filter.taskKey) ? checkTaskKey(filter.taskKey) : null,
    featureKey: isGiven(filter.featureKey) ? checkFeatureKey(filter.featureKey) : null,
    epicKey: isGiven(filter.epicKey) ? checkEpicKey(filter.epicKey) : null,
    agent: checkOptionalText('agent', filter.agent, limits.agent),
    agentId: checkOptionalText('agentId', filter.agentId, limits.agent),
    agentType: checkOptionalText('agentType', filter.agentType, limits.agent),
    phase: checkOptionalText('phase', filter.phase, limits.text),
  };
}

/**
 * The sessions that a filter chooses, as a condition on the rows of `task_sessions session`.
 * Throws InvalidInputError: see checkSessionFilter.
 */
export function sessionsWhere(unchecked: SessionFilter, now: Date): Prisma.Sql {
  const filter = checkSessionFilter(unchecked);
  const openOnly = isGiven(filter.staleAfterMs) || filter.active === true;
  const endedOnly = filter.active === false || isGiven(filter.endedSince) || isGiven(filter.endedUntil);
  const conditions = [
    ...(openOnly ? [Prisma.sql`session.ended_at IS NULL`] : []),
    ...(endedOnly ? [Prisma.sql`session.ended_at IS NOT NULL`] : []),
    ...given(
      filter.agent,
      (agent) => Prisma.sql`(session.agent_id = ${agent} OR session.agent_type = ${agent})`,
    ),
    ...given(filter.agentId, (agentId) => Prisma.sql`session.agent_id = ${agentId}`),
    ...given(filter.agentType, (agentType) => Prisma.sql`session.agent_type = ${agentType}`),
    ...given(filter.phase, (phase) => Prisma.sql`session.phase = ${phase}`),
    ...given(filter.outcome, (outcome) => Prisma.sql`session.outcome = ${outcome}`),
    ...given(filter.since, (since) => Prisma.sql`session.started_at >= ${since}`),
    ...given(filter.until, (until) => Prisma.sql`session.started_at < ${until}`),
    ...given(
      filter.staleAfterMs,
      (staleAfterMs) => Prisma.sql`session.started_at <= ${new Date(now.getTime() - staleAfterMs)}`,
    ),
    ...given(filter.endedSince, (since) => Prisma.sql`session.ended_at >= ${since}`),
    ...given(filter.endedUntil, (until) => Prisma.sql`session.ended_at < ${until}`),
    ...given(
      filter.taskKey,
      (taskKey) =>
        Prisma.sql`session.task_id IN (SELECT task.id FROM tasks task WHERE task.key = ${taskKey})`,
    ),
    ...given(
      filter.featureKey,
      (featureKey) => Prisma.sql`session.task_id IN (
        SELECT task.id FROM tasks task JOIN features feature ON feature.id = task.feature_id
        WHERE feature.key = ${featureKey}
      )`,
    ),
    ...given(
      filter.epicKey,
      (epicKey) => Prisma.sql`session.task_id IN (
        SELECT task.id FROM tasks task JOIN features feature ON feature.id = task.feature_id
          JOIN epics epic ON epic.id = feature.epic_id
        WHERE epic.key = ${epicKey}
      )`,
    ),
  ];
  return conditions.length === 0 ? Prisma.sql`TRUE` : Prisma.join(conditions, ' AND ');
}

/** What a session is chosen by. */
export interface SessionFacts {
  agentId: string;
  agentType: string | null;
  phase: string;
  startedAt: Date;
  /** Left out, like the outcome, where the session is known to be open. */
  endedAt?: Date | null;
  outcome?: string | null;
  /** Null where the task, its feature or its epic is missing. */
  taskKey: string | null;
  featureKey: string | null;
  epicKey: string | null;
}

/**
 * The same choice as that of sessionsWhere for a session that was read already, which many readers choose among.
 * `staleAfter` is not for these. Throws InvalidInputError: see checkSessionFilter.
 */
export function sessionMatcher(unchecked: SessionFilter): (session: SessionFacts) => boolean {
  const { since, until, endedSince, endedUntil, active, outcome, agent, ...filter } =
    checkSessionFilter(unchecked);
  const equal = (['taskKey', 'featureKey', 'epicKey', 'agentId', 'agentType', 'phase'] as const).filter(
    (field) => isGiven(filter[field]),
  );
  return (session) => {
    const ended = session.outcome ?? null;
    const { endedAt = null } = session;
    return (
      equal.every((field) => session[field] === filter[field]) &&
      (!isGiven(agent) || session.agentId === agent || session.agentType === agent) &&
      (!isGiven(since) || session.startedAt >= since) &&
      (!isGiven(until) || session.startedAt < until) &&
      (!isGiven(endedSince) || (endedAt !== null && endedAt >= endedSince)) &&
      (!isGiven(endedUntil) || (endedAt !== null && endedAt < endedUntil)) &&
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
    ['endedSince', filter.endedSince],
    ['endedUntil', filter.endedUntil],
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

/** Whether only open sessions can be meant: those are few, and found at once. */
export function choosesOpenOnly({ active, staleAfterMs }: SessionFilter): boolean {
  return active === true || isGiven(staleAfterMs);
}

function given<Value>(
  value: Value | null | undefined,
  condition: (value: Value) => Prisma.Sql,
): readonly Prisma.Sql[] {
  return isGiven(value) ? [condition(value)] : [];
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
