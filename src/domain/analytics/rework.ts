import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { wasOverAt } from '../sessions/pages.ts';
import { percentage } from '../../shared/statistics.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';

/*
 * Rework is completed work that was rejected later. The outcome `rejected` is different: it belongs to the session that
 * made the rejection.
 *
 * A rejection moves a task back to a phase. It turns the task's earlier sessions into rework, if they completed
 * that phase or a later one.
 */

/**
 * Returns SQL that is true if the work of the completed `session` was rejected later. If `revision` is set, the SQL
 * ignores rejections after that database revision.
 */
const wasReworkedUpTo = (revision: number | undefined) => sql`EXISTS (
  SELECT 1 FROM task_sessions rejection
    JOIN workflow_statuses target ON target.name = rejection.closed_to
    JOIN workflow_phases phase ON phase.name = session.phase
  WHERE rejection.task_id = session.task_id AND rejection.outcome = 'rejected'
    AND rejection.ended_at >= session.ended_at AND target.rank <= phase.rank
    AND NOT (rejection.ended_at = session.ended_at AND rejection.id <= session.id)
    AND ${wasOverAt(revision, sql`rejection.closed_revision`)}
)`;

/** SQL that is true if `session` was an attempt. Abandoned and blocked sessions are not attempts. */
const hasResult = sql`session.outcome IN ('completed', 'rejected')`;

/**
 * SQL that is true if `session` was the first attempt of its task in its phase. Because of the unary plus, SQLite
 * searches only the task's sessions.
 */
const isFirstPass = sql`${hasResult} AND NOT EXISTS (
  SELECT 1 FROM task_sessions earlier
  WHERE earlier.task_id = session.task_id AND +earlier.phase = session.phase
    AND earlier.outcome IN ('completed', 'rejected')
    AND earlier.ended_at <= session.ended_at
    AND NOT (earlier.ended_at = session.ended_at AND earlier.id >= session.id)
)`;

const passedUpTo = (revision: number | undefined) =>
  sql`session.outcome = 'completed' AND NOT ${wasReworkedUpTo(revision)}`;

/** What happened to the work of a session. */
export type ReworkOutcome =
  /** The session was completed, but its work was rejected later. */
  | 'rework'
  /** The session was the first attempt of the task in the phase. */
  | 'firstPass'
  /** The first attempt was completed, and its work was not rejected later. */
  | 'passedAtFirst'
  /** Any other first attempt. */
  | 'failedAtFirst';

/**
 * Returns SQL that is true if `reworkOutcome` applies to `session`. If `revision` is set, the SQL ignores rejections
 * after that database revision.
 */
export function hasReworkOutcome(reworkOutcome: ReworkOutcome, revision: number | undefined): Sql {
  const passed = passedUpTo(revision);
  const conditions: Record<ReworkOutcome, Sql> = {
    rework: sql`session.outcome = 'completed' AND ${wasReworkedUpTo(revision)}`,
    firstPass: isFirstPass,
    passedAtFirst: sql`${isFirstPass} AND ${passed}`,
    failedAtFirst: sql`${isFirstPass} AND NOT (${passed})`,
  };
  return conditions[reworkOutcome];
}

export interface Rework {
  readonly agentId: string;
  /** The number of sessions that the agent completed. */
  readonly completed: number;
  /** The number of completed sessions whose work was rejected later. */
  readonly rework: number;
}

/**
 * Returns one row for each agent with a completed session in the time window. Rejections after the window count too.
 */
export function reworkByAgent(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): Rework[] {
  return snapshot.all<Rework>(sql`
    SELECT session.agent_id AS agentId, COUNT(*) AS completed, COUNT(*) FILTER (WHERE ${wasReworkedUpTo(undefined)}) AS rework
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)}
      AND ${sessionsWhere({ ...endedSessions(filter), outcome: 'completed' }, now)}
    GROUP BY session.agent_id`);
}

/** The percentage of completed sessions whose work was rejected later, with one decimal. Null if none was completed. */
export function reworkRatePct({ rework, completed }: Omit<Rework, 'agentId'>): number | null {
  return percentage(rework, completed);
}

export interface FirstPasses {
  readonly phase: string;
  /** The number of tasks whose first attempt in the phase ended in the time window. */
  readonly tasks: number;
  /** The number of tasks whose first attempt was completed and not rejected later. */
  readonly passed: number;
}

/** Returns one row for each phase in which a first attempt ended in the time window. */
export function firstPasses(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): FirstPasses[] {
  return snapshot.all<FirstPasses>(sql`
    SELECT session.phase AS phase, COUNT(*) AS tasks,
      COUNT(*) FILTER (WHERE ${passedUpTo(undefined)}) AS passed
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
      AND ${isFirstPass}
    GROUP BY session.phase`);
}

/**
 * First-pass yield: the percentage of tasks that passed at the first attempt, with one decimal. Null if there are no
 * tasks.
 */
export function firstPassYieldPct({ passed, tasks }: Omit<FirstPasses, 'phase'>): number | null {
  return percentage(passed, tasks);
}
