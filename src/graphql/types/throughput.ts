import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import type { Throughput as Counts } from '../../domain/analytics/throughput.ts';
import { builder } from '../builder.ts';
import { bucketStart, taskHistoryBuckets } from './descriptions.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { requestedBuckets } from '../task-history-buckets.ts';
import { taskHistoryArgs } from './task-history-filter.ts';

const Throughput = builder.objectRef<Counts & TimeWindow>('Throughput').implement({
  description: 'How many tasks were created, completed, cancelled, reopened and reworked in one time bucket.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: bucketStart }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'The end of the time bucket (exclusive). In the first and the last bucket, only events in the requested time range are counted.',
    }),
    created: t.exposeInt('created', {
      description: 'The number of tasks that were created in the time bucket.',
    }),
    completed: t.exposeInt('completed', {
      description:
        'How often a task was completed in the time bucket, without cancelled tasks. A task that was completed twice counts twice. A task that is created as complete counts at its creation.',
    }),
    cancelled: t.exposeInt('cancelled', {
      description:
        'How often a task was cancelled in the time bucket: the task moved to a status such as `cancelled`.',
    }),
    reopened: t.exposeInt('reopened', {
      description: 'How often a completed or cancelled task was reopened in the time bucket.',
    }),
    reworked: t.exposeInt('reworked', {
      description:
        'How often an open task moved back to an earlier phase in the time bucket, directly or through `blocked` or `on_hold`. Reopened tasks do not count.',
    }),
  }),
});

builder.queryField('throughput', (t) =>
  t.field({
    type: [Throughput],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description: `How many tasks were created, completed, cancelled, reopened and reworked in each time bucket. ${taskHistoryBuckets}`,
    args: taskHistoryArgs,
    resolve: async (_root, args, context) => {
      const { filter, spans } = await requestedBuckets(args.filter ?? {}, args.bucket, context);
      const counts = await context.analyticsWorker.run('throughput', {
        filter,
        spans: spans.map(({ counted }) => counted),
      });
      return spans.flatMap(({ whole }, index) => {
        const count = counts[index];
        return count === undefined ? [] : { ...whole, ...count };
      });
    },
  }),
);
