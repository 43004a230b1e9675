import { databaseTime } from '../../db/sqlite/database-time.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import { sessionsWhere } from '../sessions/filter.ts';
import { type Bucket, bucketsOf, bucketStart, type TimeWindow } from './buckets.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { type PhaseSessionStatistics, phasesToShow } from './phase-durations.ts';
import {
  emptySessionStatistics,
  readSessionStatistics,
  type SessionStatistics,
  sessionStatisticsColumn,
  type SessionStatisticsRow,
} from './session-statistics.ts';

/** The statistics of the part of a calendar period (bucket) that is inside the time window. */
export interface TrendBucket extends TimeWindow {
  /** Whether the period has ended by now. */
  isComplete: boolean;
  phases: PhaseSessionStatistics[];
}

/**
 * Returns session statistics for each calendar period and phase. If `since` is missing, the first period is
 * the one in which the first session ended. Throws InvalidInputError if there are too many periods.
 */
export function phaseDurationTrend(
  context: QueryContext,
  { filter, bucket }: { filter: AnalyticsFilter; bucket: Bucket },
): TrendBucket[] {
  const { snapshot, workflow, now } = context;
  const since = filter.since ?? firstEnd(context, filter);
  if (since === undefined) return [];
  const until = filter.until ?? new Date(Math.max(now.getTime(), since.getTime()) + 1);
  const buckets = bucketsOf(bucket, { since, until });

  const ended = snapshot.iterate<SessionStatisticsRow & { phase: string; start: string }>(sql`
    SELECT session.phase AS phase, ${bucketStart(bucket, sql`session.ended_at`)} AS start, ${sessionStatisticsColumn}
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.phase, start`);
  const statistics = new Map<string, SessionStatistics>();
  const found = new Set<string>();
  for (const { start, phase, ...row } of ended) {
    statistics.set(`${start} ${phase}`, readSessionStatistics(row));
    found.add(phase);
  }
  const phases = phasesToShow(workflow, filter, [...found]);
  return buckets.map((whole) => {
    const end = filter.until && filter.until < whole.until ? filter.until : whole.until;
    return {
      since: latest(whole.since, filter.since),
      until: end,
      isComplete: end <= now,
      phases: phases.map((phase) => ({
        phase,
        statistics: statistics.get(`${databaseTime(whole.since)} ${phase}`) ?? emptySessionStatistics,
      })),
    };
  });
}

function firstEnd({ snapshot, now }: QueryContext, filter: AnalyticsFilter): Date | undefined {
  const [row] = snapshot.all<{ first: string | null }>(sql`
    SELECT MIN(session.ended_at) AS first FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}`);
  return row === undefined || row.first === null ? undefined : new Date(row.first);
}

function latest(one: Date, other: Date | null | undefined): Date {
  return other && other > one ? other : one;
}
