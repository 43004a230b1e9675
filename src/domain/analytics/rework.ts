import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { wasOverAt } from '../sessions/pages.ts';
import { percentage } from '../../shared/statistics.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';

/*
 * Rework counts the rejections that an agent received for its completed work. In contrast, the outcome `rejected`
 * counts the rejections that an agent made.
 *
 * A completed session became rework if a later session of the same task was rejected and moved the task back to the
 * phase of the completed session or to an earlier phase. The task has to pass that phase again. If a review misses a
 * defect that QA finds, both the review session and the development session become rework.
 */

/** The condition that a `task_sessions session` became rework. With a revision, later rejections are ignored. */
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
 * The first session of the task in the phase that was completed or rejected. Abandoned and blocked sessions do not
 * count as an attempt. The unary plus makes SQLite search the few sessions of the task, not all sessions of the phase.
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
 * - `rework`: the session was completed, and became rework later.
 * - `firstPass`: the session was the first attempt of the task in the phase. It is either `passedAtFirst` (completed,
 *   and did not become rework) or `failedAtFirst`.
 */
export type ReworkOutcome = 'rework' | 'firstPass' | 'passedAtFirst' | 'failedAtFirst';

/** A condition on `task_sessions session`. With a revision, rejections after that revision are ignored. */
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
  /** How many of these sessions became rework later. */
  readonly rework: number;
}

/**
 * One row for each agent that completed a session in the window. The rejection that makes a session rework can be after
 * the window.
 */
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

/** Percentage of completed sessions that became rework, with one decimal. Null if there is no completed session. */
export function reworkRatePct({ rework, completed }: Omit<Rework, 'agentId'>): number | null {
  return percentage(rework, completed);
}

export interface FirstPasses {
  readonly phase: string;
  /** The number of tasks whose first attempt in the phase ended in the window. */
  readonly tasks: number;
  /** How many of these attempts were completed and never had to be repeated. */
  readonly passed: number;
}

/** One row for each phase in which a first attempt ended in the window. */
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

/**
 * First-pass yield: percentage of tasks that passed at their first attempt, with one decimal. Null if there are no
 * tasks.
 */
export function firstPassYieldPct({ passed, tasks }: Omit<FirstPasses, 'phase'>): number | null {
  return percentage(passed, tasks);
}
