import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import type { Throughput as Counts } from '../../domain/analytics/throughput.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { askedSpans } from '../task-history-spans.ts';
import { Bucket } from './bucket.ts';
import { TaskHistoryFilter } from './task-history-filter.ts';

const Throughput = builder.objectRef<Counts & TimeWindow>('Throughput').implement({
  description: 'What happened to tasks in one segment of the calendar.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'When the segment begins.' }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'When it ends: the first instant that is not in it. Of the first and the last segment only what lies in the time that was asked for is counted.',
    }),
    created: t.exposeInt('created', { description: 'How many tasks were created.' }),
    completed: t.exposeInt('completed', {
      description:
        'How often a task was completed: it came into a status that ends it and is no cancellation. One that is reopened and completed again counts twice; one that was written down as complete from the start, with its creation.',
    }),
    cancelled: t.exposeInt('cancelled', {
      description: 'How often a task was cancelled: it came into a status that ends it as a cancellation.',
    }),
    reopened: t.exposeInt('reopened', {
      description: 'How often a task that was completed or cancelled was opened again.',
    }),
    reworked: t.exposeInt('reworked', {
      description:
        'How often an open task was moved to an earlier phase than the one it was in, directly or by way of a pause. Reopened tasks are not among these.',
    }),
  }),
});

builder.queryField('throughput', (t) =>
  t.field({
    type: [Throughput],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'How many tasks come in and how many get done, for each segment of the calendar in order, also for those in which nothing happened. Taken from the history of the tasks that exist. At most 500 segments are answered.',
    args: {
      filter: t.arg({
        type: TaskHistoryFilter,
        description: 'Which tasks and which time; everything when left out.',
      }),
      bucket: t.arg({
        type: Bucket,
        defaultValue: 'DAY',
        required: true,
        description: 'How long each segment is.',
      }),
    },
    resolve: async (_root, args, context) => {
      const { filter, spans } = await askedSpans(args.filter ?? {}, args.bucket, context);
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
