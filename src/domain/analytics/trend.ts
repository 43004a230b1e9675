import { databaseTime } from '../../db/sqlite/database-time.ts';
import { unlessGivenUp } from '../../db/sqlite/snapshot.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { type Bucket, bucketsOf, bucketStart, type TimeWindow } from './buckets.ts';
import { type AnalyticsFilter, endedSessions } from './filter.ts';
import type { Inquiry } from './query-context.ts';
import { type PhaseTally, phasesToShow } from './phase-durations.ts';
import { emptyTally, readTally, tallyColumns, type TallyRow } from './session-statistics.ts';

/** What was counted in one bucket. The first and the last end where the window does. */
export interface TrendBucket extends TimeWindow {
  /** Whether all of its time is over. */
  isComplete: boolean;
  phases: PhaseTally[];
}

/**
 * The phases in each bucket of the window, also in those in which nothing ended. Without a since the window begins
 * with the first session that ended, without an until it goes on to the end of the bucket that runs now.
 * Throws InvalidInputError when there are too many buckets.
 */
export function phaseDurationTrend(
  inquiry: Inquiry,
  { filter, bucket }: { filter: AnalyticsFilter; bucket: Bucket },
): TrendBucket[] {
  const { snapshot, workflow, now } = inquiry;
  const since = filter.since ?? firstEnd(inquiry, filter);
  if (since === undefined) return [];
  const until = filter.until ?? new Date(Math.max(now.getTime(), since.getTime()) + 1);
  const buckets = bucketsOf(bucket, { since, until });

  const rows = snapshot.all<TallyRow & { phase: string; start: string }>(Prisma.sql`
    SELECT session.phase AS phase, ${bucketStart(bucket, Prisma.sql`session.ended_at`)} AS start, ${tallyColumns}
    FROM task_sessions session
    WHERE ${unlessGivenUp(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.phase, start`);
  const tallies = new Map(rows.map(({ start, phase, ...row }) => [`${start} ${phase}`, readTally(row)]));
  const phases = phasesToShow(
    workflow,
    filter,
    rows.map(({ phase }) => phase),
  );
  return buckets.map((whole) => {
    const end = filter.until && filter.until < whole.until ? filter.until : whole.until;
    return {
      since: latest(whole.since, filter.since),
      until: end,
      isComplete: end <= now,
      phases: phases.map((phase) => ({
        phase,
        tally: tallies.get(`${databaseTime(whole.since)} ${phase}`) ?? emptyTally,
      })),
    };
  });
}

function firstEnd({ snapshot, now }: Inquiry, filter: AnalyticsFilter): Date | undefined {
  const [row] = snapshot.all<{ first: string | null }>(Prisma.sql`
    SELECT MIN(session.ended_at) AS first FROM task_sessions session
    WHERE ${unlessGivenUp(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}`);
  return row === undefined || row.first === null ? undefined : new Date(row.first);
}

function latest(one: Date, other: Date | null | undefined): Date {
  return other && other > one ? other : one;
}
