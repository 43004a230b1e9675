import type { Bucket } from '../domain/analytics/buckets.ts';
import {
  checkTaskHistoryFilter,
  type Span,
  spansOf,
  type TaskHistoryFilter,
} from '../domain/analytics/task-history-filter.ts';
import type { TaskFilter } from '../domain/tasks/filter.ts';
import type { Context } from './context.ts';
import { withExistingNames } from './filter-names.ts';

/**
 * Checks the filter and divides its time range into buckets. Throws an OperationError if the filter is invalid or there
 * are too many buckets.
 */
export async function requestedBuckets(
  unchecked: TaskHistoryFilter,
  bucket: Bucket,
  context: Pick<Context, 'database' | 'workflow' | 'analyticsWorker' | 'clock'>,
): Promise<{ filter: TaskFilter; spans: Span[] }> {
  const now = context.clock.now();
  const checked = await withExistingNames(checkTaskHistoryFilter(unchecked, now), context);
  const { since, until, ...filter } = checked;
  // Without `since`, the first bucket contains the creation of the first task.
  const first = since ? null : await context.analyticsWorker.run('firstCreation', { filter });
  const spans = spansOf(bucket, { since, until }, { first: first === null ? null : new Date(first), now });
  return { filter, spans };
}
