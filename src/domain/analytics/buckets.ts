import { type CountableTimeInterval, utcDay, utcHour, utcMonday, utcMonth } from 'd3-time';
import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { InvalidInputError } from '../errors.ts';

/** The length of a calendar period. Periods are in UTC, and weeks start on Monday. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

/** A period of time that includes `since` but not `until`. */
export interface TimeWindow {
  since: Date;
  until: Date;
}

/** The maximum number of calendar periods (buckets) in one answer, because a chart cannot show more. */
export const maximumBuckets = 500;

const intervals: Record<Bucket, CountableTimeInterval> = {
  HOUR: utcHour,
  DAY: utcDay,
  WEEK: utcMonday,
  MONTH: utcMonth,
};

/**
 * Returns the calendar periods that overlap a time window. The first and last may be partly outside the window. Throws
 * InvalidInputError if there are too many periods.
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
      `The maximum is ${maximumBuckets} buckets. Use a larger bucket, or set since and until to a shorter period`,
    );
  return interval.range(first, until).map((start) => ({ since: start, until: interval.offset(start, 1) }));
}

const starts: Record<Bucket, (column: Sql) => Sql> = {
  HOUR: (column) => sql`substr(${column}, 1, 13) || ':00:00.000+00:00'`,
  DAY: (column) => sql`substr(${column}, 1, 10) || 'T00:00:00.000+00:00'`,
  // `weekday 0` moves a date to the Sunday at the end of its week, so the Monday of that week is six days earlier.
  WEEK: (column) => sql`date(substr(${column}, 1, 10), 'weekday 0', '-6 days') || 'T00:00:00.000+00:00'`,
  MONTH: (column) => sql`substr(${column}, 1, 7) || '-01T00:00:00.000+00:00'`,
};

/**
 * Returns SQL that maps the time in `column` to the start of its calendar period. Both are text, as in `task_sessions`.
 */
export function bucketStart(bucket: Bucket, column: Sql): Sql {
  return starts[bucket](column);
}
