import { type CountableTimeInterval, utcDay, utcHour, utcMonday, utcMonth } from 'd3-time';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { InvalidInputError } from '../errors.ts';

/** A segment of the calendar, in UTC. Weeks begin on Mondays. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

/** Half open: `until` is the first instant that is not in it. */
export interface TimeWindow {
  since: Date;
  until: Date;
}

/** More points than this no chart shows, and making more of them at once would hold others up. */
export const mostBuckets = 500;

const intervals: Record<Bucket, CountableTimeInterval> = {
  HOUR: utcHour,
  DAY: utcDay,
  WEEK: utcMonday,
  MONTH: utcMonth,
};

/**
 * The buckets that a window touches, in order and without gaps. They are whole: the first may begin before the window,
 * and the last end after it. None for a window without time.
 * Throws InvalidInputError when there are too many.
 */
export function bucketsOf(bucket: Bucket, { since, until }: TimeWindow): TimeWindow[] {
  if (since >= until) return [];
  const interval = intervals[bucket];
  const first = interval.floor(since);
  const count = interval.count(first, interval.ceil(until));
  if (count > mostBuckets)
    throw new InvalidInputError(
      'bucket',
      `From ${since.toISOString()} to ${until.toISOString()} there are ${count} buckets of one ${bucket}`,
      `Ask for ${mostBuckets} at most: give a since and an until that are closer together, or a larger bucket`,
    );
  return interval.range(first, until).map((start) => ({ since: start, until: interval.offset(start, 1) }));
}

const starts: Record<Bucket, (column: Prisma.Sql) => Prisma.Sql> = {
  HOUR: (column) => Prisma.sql`substr(${column}, 1, 13) || ':00:00.000+00:00'`,
  DAY: (column) => Prisma.sql`substr(${column}, 1, 10) || 'T00:00:00.000+00:00'`,
  // The Sunday that ends the week, and six days back.
  WEEK: (column) =>
    Prisma.sql`date(substr(${column}, 1, 10), 'weekday 0', '-6 days') || 'T00:00:00.000+00:00'`,
  MONTH: (column) => Prisma.sql`substr(${column}, 1, 7) || '-01T00:00:00.000+00:00'`,
};

/** The start of the bucket that a time of `task_sessions` lies in, written like that time. */
export function bucketStart(bucket: Bucket, column: Prisma.Sql): Prisma.Sql {
  return starts[bucket](column);
}
