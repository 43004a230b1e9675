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
 * What is asked for in terms of the analytics. Throws InvalidInputError for a filter that cannot be and for too many
 * buckets: that can only be said here, once it is known where the history begins.
 */
export async function askedSpans(
  unchecked: TaskHistoryFilter,
  bucket: Bucket,
  { analyticsWorker, clock }: Pick<Context, 'analyticsWorker' | 'clock'>,
): Promise<{ filter: TaskFilter; spans: Span[] }> {
  const now = clock.now();
  const { since, until, ...filter } = checkTaskHistoryFilter(unchecked, now);
  const first = since ? null : await analyticsWorker.run('firstCreation', { filter });
  const spans = spansOf(bucket, { since, until }, { first: first === null ? null : new Date(first), now });
  return { filter, spans };
}
