import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { wasOverAt } from '../sessions/pages.ts';
import { percentage } from '../../shared/statistics.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';

/*
 * Rework has two sides. Who rejects *gives*: that is the outcome of a session, and says how strict somebody is. Whose
 * finished work is sent back *receives*: that is looked up here.
 *
 * A completed session was sent back when a later session of the same task was rejected to the phase of the first or to
 * an earlier one, so that the task has to pass through that phase again. A review that let a fault pass, which quality
 * assurance found, was sent back like the work it had passed.
 */
const wasReworkedAfter = (revision: number | undefined) => Prisma.sql`EXISTS (
  SELECT 1 FROM task_sessions rejection
    JOIN workflow_statuses target ON target.name = rejection.closed_to
    JOIN workflow_phases phase ON phase.name = session.phase
  WHERE rejection.task_id = session.task_id AND rejection.outcome = 'rejected'
    AND rejection.ended_at >= session.ended_at AND target.rank <= phase.rank
    AND NOT (rejection.ended_at = session.ended_at AND rejection.id <= session.id)
    AND ${wasOverAt(revision, Prisma.sql`rejection.closed_revision`)}
)`;

const wasReworked = wasReworkedAfter(undefined);

const cameToResult = Prisma.sql`session.outcome IN ('completed', 'rejected')`;

/**
 * The first time that the task passed through the phase, or was rejected in it. Dead and blocked agents judge nothing.
 * With the unary plus, SQLite looks among the few results of the task; it would else look among all of the phase.
 */
const isFirstPass = Prisma.sql`${cameToResult} AND NOT EXISTS (
  SELECT 1 FROM task_sessions earlier
  WHERE earlier.task_id = session.task_id AND +earlier.phase = session.phase
    AND earlier.outcome IN ('completed', 'rejected')
    AND earlier.ended_at <= session.ended_at
    AND NOT (earlier.ended_at = session.ended_at AND earlier.id >= session.id)
)`;

const hasPassed = Prisma.sql`session.outcome = 'completed' AND NOT ${wasReworked}`;

/** What became of the work of a session. */
export type ReworkOutcome = 'rework' | 'firstPass' | 'passedAtFirst' | 'failedAtFirst';

/** Chooses sessions by what had become of their work at a revision, or has until now. */
export function hasReworkOutcome(reworkOutcome: ReworkOutcome, revision: number | undefined): Prisma.Sql {
  const reworked = wasReworkedAfter(revision);
  const passed = Prisma.sql`session.outcome = 'completed' AND NOT ${reworked}`;
  const reworkOutcomes: Record<ReworkOutcome, Prisma.Sql> = {
    rework: Prisma.sql`session.outcome = 'completed' AND ${reworked}`,
    firstPass: isFirstPass,
    passedAtFirst: Prisma.sql`${isFirstPass} AND ${passed}`,
    failedAtFirst: Prisma.sql`${isFirstPass} AND NOT (${passed})`,
  };
  return reworkOutcomes[reworkOutcome];
}

export interface Rework {
  readonly agentId: string;
  /** Sessions that the agent completed. */
  readonly completed: number;
  /** How many of them were sent back later. */
  readonly rework: number;
}

/** One for each agent that completed a session in the window. The rejection may have come after it. */
export function reworkByAgent(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): Rework[] {
  return snapshot.all<Rework>(Prisma.sql`
    SELECT session.agent_id AS agentId, COUNT(*) AS completed, COUNT(*) FILTER (WHERE ${wasReworked}) AS rework
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)}
      AND ${sessionsWhere({ ...endedSessions(filter), outcome: 'completed' }, now)}
    GROUP BY session.agent_id`);
}

/** Sent back sessions per hundred completed ones, with one decimal; null where there is none. */
export function reworkRatePct({ rework, completed }: Omit<Rework, 'agentId'>): number | null {
  return percentage(rework, completed);
}

export interface FirstPasses {
  readonly phase: string;
  /** Tasks whose first pass through the phase came to a result in the window. */
  readonly tasks: number;
  /** How many of them passed, and were never sent back to the phase or an earlier one. */
  readonly passed: number;
}

/** One for each phase in which a first pass came to a result in the window. */
export function firstPasses(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): FirstPasses[] {
  return snapshot.all<FirstPasses>(Prisma.sql`
    SELECT session.phase AS phase, COUNT(*) AS tasks,
      COUNT(*) FILTER (WHERE ${hasPassed}) AS passed
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
      AND ${isFirstPass}
    GROUP BY session.phase`);
}

/** First-pass yield: tasks that passed at the first go per hundred, with one decimal; null where there is none. */
export function firstPassYieldPct({ passed, tasks }: Omit<FirstPasses, 'phase'>): number | null {
  return percentage(passed, tasks);
}
