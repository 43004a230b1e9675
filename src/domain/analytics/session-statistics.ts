import { readSummary } from '../../db/sqlite/sample-functions.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { percentage, roundedMinutes, type SampleSummary } from '../../shared/statistics.ts';

/**
 * Statistics of ended sessions. The average, median and percentiles are in minutes, or null if there are no sessions.
 */
export interface SessionStatistics extends Readonly<SampleSummary> {
  readonly sessions: number;
  readonly completed: number;
  readonly rejected: number;
  readonly blocked: number;
  readonly abandoned: number;
  readonly totalMinutes: number;
  readonly averageMinutes: number | null;
}

/** What sessionStatisticsColumns selects. */
export interface SessionStatisticsRow {
  sessions: number;
  completed: number;
  rejected: number;
  blocked: number;
  totalMinutes: number;
  sample: string;
}

/**
 * SQL columns that summarize rows of `task_sessions`. This SQL reads only columns that the analytics indexes contain.
 */
export const sessionStatisticsColumns = Prisma.sql`
  COUNT(*) AS sessions,
  COUNT(*) FILTER (WHERE session.outcome = 'completed') AS completed,
  COUNT(*) FILTER (WHERE session.outcome = 'rejected') AS rejected,
  COUNT(*) FILTER (WHERE session.outcome = 'blocked') AS blocked,
  SUM(session.duration_minutes) AS totalMinutes,
  sample_of(session.duration_minutes) AS sample`;

export function readSessionStatistics({
  sessions,
  completed,
  rejected,
  blocked,
  totalMinutes,
  sample,
}: SessionStatisticsRow): SessionStatistics {
  return {
    sessions,
    completed,
    rejected,
    blocked,
    abandoned: sessions - completed - rejected - blocked,
    totalMinutes: roundedMinutes(totalMinutes),
    averageMinutes: roundedMinutes(totalMinutes / sessions),
    ...readSummary(sample),
  };
}

export const emptySessionStatistics: SessionStatistics = {
  sessions: 0,
  completed: 0,
  rejected: 0,
  blocked: 0,
  abandoned: 0,
  totalMinutes: 0,
  averageMinutes: null,
  median: null,
  p50: null,
  p85: null,
  p90: null,
  p95: null,
  p99: null,
};

/** The percentage of ended sessions that were rejected, with one decimal. Null if there are no ended sessions. */
export function rejectionRatePct({ rejected, sessions }: SessionStatistics): number | null {
  return percentage(rejected, sessions);
}

/** Completed sessions as a percentage of all ended sessions except abandoned ones. Null if the total is 0. */
export function completionRatePct({ completed, rejected, blocked }: SessionStatistics): number | null {
  return percentage(completed, completed + rejected + blocked);
}

/** The percentage of ended sessions that were abandoned. */
export function abandonedRatePct({ abandoned, sessions }: SessionStatistics): number | null {
  return percentage(abandoned, sessions);
}
