import type { Bucket } from '../domain/analytics/buckets.ts';
import {
  checkTaskHistoryFilter,
  type Span,
  spansOf,
  type TaskHistoryFilter,
} from '../domain/analytics/task-history-filter.ts';
import type { TaskFilter } from '../domain/tasks/filter.ts';
import type { Context } from './context.ts';

/**
 * Checks the filter and divides its time range into buckets. Throws InvalidInputError if the filter is invalid or there
 * are too many buckets.
 */
export async function requestedBuckets(
  unchecked: TaskHistoryFilter,
  bucket: Bucket,
  { analyticsWorker, clock }: Pick<Context, 'analyticsWorker' | 'clock'>,
): Promise<{ filter: TaskFilter; spans: Span[] }> {
  const now = clock.now();
  const { since, until, ...filter } = checkTaskHistoryFilter(unchecked, now);
  // Without `since`, the first bucket contains the creation of the first task.
  const first = since ? null : await analyticsWorker.run('firstCreation', { filter });
  const spans = spansOf(bucket, { since, until }, { first: first === null ? null : new Date(first), now });
  return { filter, spans };
}
