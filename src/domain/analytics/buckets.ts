import { type CountableTimeInterval, utcDay, utcHour, utcMonday, utcMonth } from 'd3-time';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { InvalidInputError } from '../errors.ts';

/** A calendar period in UTC. Weeks start on Monday. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

/** `since` is inclusive, `until` exclusive. */
export interface TimeWindow {
  since: Date;
  until: Date;
}

/** The maximum number of buckets in one answer. A chart cannot show more than that. */
export const maximumBuckets = 500;

const intervals: Record<Bucket, CountableTimeInterval> = {
  HOUR: utcHour,
  DAY: utcDay,
  WEEK: utcMonday,
  MONTH: utcMonth,
};

/**
 * The calendar periods that overlap a window, in order and without gaps. The first can begin before the window and the
 * last end after it. Empty for an empty window. Throws InvalidInputError for more than `maximumBuckets`.
 */
export function bucketsOf(bucket: Bucket, { since, until }: TimeWindow): TimeWindow[] {
  if (since >= until) return [];
  const interval = intervals[bucket];
  const first = interval.floor(since);
  const count = interval.count(first, interval.ceil(until));
  if (count > maximumBuckets)
    throw new InvalidInputError(
      'bucket',
      `The period from ${since.toISOString()} to ${until.toISOString()} has ${count} buckets of one ${bucket}`,
      `The maximum is ${maximumBuckets}: give a shorter period with since and until, or a larger bucket`,
    );
  return interval.range(first, until).map((start) => ({ since: start, until: interval.offset(start, 1) }));
}

const starts: Record<Bucket, (column: Prisma.Sql) => Prisma.Sql> = {
  HOUR: (column) => Prisma.sql`substr(${column}, 1, 13) || ':00:00.000+00:00'`,
  DAY: (column) => Prisma.sql`substr(${column}, 1, 10) || 'T00:00:00.000+00:00'`,
  // `weekday 0` moves to the Sunday that ends the week. Six days earlier is Monday.
  WEEK: (column) =>
    Prisma.sql`date(substr(${column}, 1, 10), 'weekday 0', '-6 days') || 'T00:00:00.000+00:00'`,
  MONTH: (column) => Prisma.sql`substr(${column}, 1, 7) || '-01T00:00:00.000+00:00'`,
};

/** SQL for the start of the bucket that contains a time of `task_sessions`, in the format of that table. */
export function bucketStart(bucket: Bucket, column: Prisma.Sql): Prisma.Sql {
  return starts[bucket](column);
}
