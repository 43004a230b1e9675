import { checkWindow } from '../input.ts';
import { checkTaskFilter } from '../tasks/filter.ts';
import { type Bucket, bucketsOf, type TimeWindow } from './buckets.ts';

/** Which tasks, and which part of their history; what is left out (or null) does not narrow the choice. */
export interface TaskHistoryFilter {
  /** What happened at this instant or later. */
  since?: Date | null | undefined;
  /** What happened before this instant. */
  until?: Date | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
}

/**
 * The filter with its keys as the database has them. Throws InvalidInputError for a since that is after its until or
 * lies in the future, and for text that is no key.
 */
export function checkTaskHistoryFilter(
  { since, until, epicKey, featureKey }: TaskHistoryFilter,
  now: Date,
): TaskHistoryFilter {
  checkWindow(['since', since], ['until', until]);
  checkWindow(['since', since], ['the present', now]);
  return { since, until, ...checkTaskFilter({ epicKey, featureKey }) };
}

/** A segment of the calendar, and as much of it as is asked for. */
export interface Span {
  readonly whole: TimeWindow;
  readonly counted: TimeWindow;
}

/**
 * The buckets from `since`, or else from `first`, up to `until`, or else to now: what happens at this very instant has
 * happened. None where nothing ever did. Throws InvalidInputError when there are too many.
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
