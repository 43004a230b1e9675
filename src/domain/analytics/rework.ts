import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { wasOverAt } from '../sessions/pages.ts';
import { percentage } from '../../shared/statistics.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';

/*
 * Rework is about the agent whose finished work was rejected later, not about the agent that rejected it: the outcome
 * `rejected` of a session says how often an agent rejects the work of others.
 *
 * A completed session was reworked if a later session of the same task was rejected to the phase of the first session or
 * an earlier phase, so that the task has to pass that phase again. If a review passes a defect that QA finds, the review
 * session was reworked as well as the development session.
 */

/** Later rejections than the revision are ignored; all count without one. */
const wasReworkedUpTo = (revision: number | undefined) => Prisma.sql`EXISTS (
  SELECT 1 FROM task_sessions rejection
    JOIN workflow_statuses target ON target.name = rejection.closed_to
    JOIN workflow_phases phase ON phase.name = session.phase
  WHERE rejection.task_id = session.task_id AND rejection.outcome = 'rejected'
    AND rejection.ended_at >= session.ended_at AND target.rank <= phase.rank
    AND NOT (rejection.ended_at = session.ended_at AND rejection.id <= session.id)
    AND ${wasOverAt(revision, Prisma.sql`rejection.closed_revision`)}
)`;

const hasResult = Prisma.sql`session.outcome IN ('completed', 'rejected')`;

/**
 * The first session of the task in the phase that was completed or rejected. Abandoned and blocked sessions do not count
 * as an attempt. The unary plus keeps SQLite from searching all results of the phase instead of the few of the task.
 */
const isFirstPass = Prisma.sql`${hasResult} AND NOT EXISTS (
  SELECT 1 FROM task_sessions earlier
  WHERE earlier.task_id = session.task_id AND +earlier.phase = session.phase
    AND earlier.outcome IN ('completed', 'rejected')
    AND earlier.ended_at <= session.ended_at
    AND NOT (earlier.ended_at = session.ended_at AND earlier.id >= session.id)
)`;

const passedUpTo = (revision: number | undefined) =>
  Prisma.sql`session.outcome = 'completed' AND NOT ${wasReworkedUpTo(revision)}`;

/**
 * What happened to the work of a session:
 *
 * - `rework`: completed, and reworked later.
 * - `firstPass`: the first attempt in the phase. It is either `passedAtFirst` (completed and not reworked) or
 *   `failedAtFirst`.
 */
export type ReworkOutcome = 'rework' | 'firstPass' | 'passedAtFirst' | 'failedAtFirst';

/** A condition on `task_sessions session`. With a revision, later rejections are ignored. */
export function hasReworkOutcome(reworkOutcome: ReworkOutcome, revision: number | undefined): Prisma.Sql {
  const passed = passedUpTo(revision);
  const conditions: Record<ReworkOutcome, Prisma.Sql> = {
    rework: Prisma.sql`session.outcome = 'completed' AND ${wasReworkedUpTo(revision)}`,
    firstPass: isFirstPass,
    passedAtFirst: Prisma.sql`${isFirstPass} AND ${passed}`,
    failedAtFirst: Prisma.sql`${isFirstPass} AND NOT (${passed})`,
  };
  return conditions[reworkOutcome];
}

export interface Rework {
  readonly agentId: string;
  /** The number of sessions that the agent completed. */
  readonly completed: number;
  /** How many of them were reworked later. */
  readonly rework: number;
}

/** One for each agent that completed a session in the window. The rejection can be after the window. */
export function reworkByAgent(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): Rework[] {
  return snapshot.all<Rework>(Prisma.sql`
    SELECT session.agent_id AS agentId, COUNT(*) AS completed, COUNT(*) FILTER (WHERE ${wasReworkedUpTo(undefined)}) AS rework
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)}
      AND ${sessionsWhere({ ...endedSessions(filter), outcome: 'completed' }, now)}
    GROUP BY session.agent_id`);
}

/** Percentage of completed sessions that were reworked, with one decimal; null if there are none. */
export function reworkRatePct({ rework, completed }: Omit<Rework, 'agentId'>): number | null {
  return percentage(rework, completed);
}

export interface FirstPasses {
  readonly phase: string;
  /** The number of tasks whose first attempt in the phase ended in the window. */
  readonly tasks: number;
  /** How many of these attempts were completed and not reworked. */
  readonly passed: number;
}

/** One for each phase in which a first attempt ended in the window. */
export function firstPasses(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): FirstPasses[] {
  return snapshot.all<FirstPasses>(Prisma.sql`
    SELECT session.phase AS phase, COUNT(*) AS tasks,
      COUNT(*) FILTER (WHERE ${passedUpTo(undefined)}) AS passed
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
      AND ${isFirstPass}
    GROUP BY session.phase`);
}

/** First-pass yield: percentage of tasks that passed at their first attempt, with one decimal; null if there are none. */
export function firstPassYieldPct({ passed, tasks }: Omit<FirstPasses, 'phase'>): number | null {
  return percentage(passed, tasks);
}
