import { checkWindow } from '../input.ts';
import { checkTaskFilter } from '../tasks/filter.ts';
import { type Bucket, bucketsOf, type TimeWindow } from './buckets.ts';

/** Selects tasks and a window of their history. A null field is the same as a missing one. */
export interface TaskHistoryFilter {
  /** Inclusive. */
  since?: Date | null | undefined;
  /** Exclusive. */
  until?: Date | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
}

/**
 * Returns the filter with its keys as the database stores them. Throws InvalidInputError if `since` is after `until` or
 * in the future, and for invalid keys.
 */
export function checkTaskHistoryFilter(
  { since, until, epicKey, featureKey }: TaskHistoryFilter,
  now: Date,
): TaskHistoryFilter {
  checkWindow(['since', since], ['until', until]);
  checkWindow(['since', since], ['now', now]);
  return { since, until, ...checkTaskFilter({ epicKey, featureKey }) };
}

/** A calendar period that overlaps the window, and the part of it that is in the window. */
export interface Span {
  readonly whole: TimeWindow;
  readonly counted: TimeWindow;
}

/**
 * The spans from `since` to `until`. By default, they begin at `first`, the first event, and end with `now` inclusive.
 * Empty if there is no event. Throws InvalidInputError for too many buckets.
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
