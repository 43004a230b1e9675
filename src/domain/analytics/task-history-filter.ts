import { checkWindow } from '../input.ts';
import { checkTaskFilter } from '../tasks/filter.ts';
import { type Bucket, bucketsOf, type TimeWindow } from './buckets.ts';

/** Selects tasks and a time window of their history. Null fields have no effect. */
export interface TaskHistoryFilter {
  /** Inclusive. */
  since?: Date | null | undefined;
  /** Exclusive. */
  until?: Date | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
}

/**
 * Returns the filter with its keys in the form that the database uses. Throws InvalidInputError if a key is invalid, or
 * if `since` is later than `until` or now.
 */
export function checkTaskHistoryFilter(
  { since, until, epicKey, featureKey }: TaskHistoryFilter,
  now: Date,
): TaskHistoryFilter {
  checkWindow(['since', since], ['until', until]);
  checkWindow(['since', since], ['now', now]);
  return { since, until, ...checkTaskFilter({ epicKey, featureKey }) };
}

/** A calendar period (`whole`) and its part inside the time window (`counted`). */
export interface Span {
  readonly whole: TimeWindow;
  readonly counted: TimeWindow;
}

/**
 * Returns the calendar periods from `since` (by default `first`) to `until`, but not after `now`. Throws
 * InvalidInputError if there are too many periods.
 */
export function spansOf(
  bucket: Bucket,
  { since, until }: Pick<TaskHistoryFilter, 'since' | 'until'>,
  { first, now }: { first: Date | null; now: Date },
): Span[] {
  const begin = since ?? first;
  const end = new Date(Math.min(until?.getTime() ?? Number.POSITIVE_INFINITY, now.getTime() + 1));
  if (begin === null || begin >= end) return [];
  return bucketsOf(bucket, { since: begin, until: end }).map((whole) => ({
    whole,
    counted: {
      since: whole.since < begin ? begin : whole.since,
      until: whole.until > end ? end : whole.until,
    },
  }));
}
