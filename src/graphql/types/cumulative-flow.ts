import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import type { FlowBand } from '../../domain/analytics/cumulative-flow.ts';
import { builder } from '../builder.ts';
import { bucketStart, taskHistoryBuckets } from './descriptions.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { requestedBuckets } from '../task-history-buckets.ts';
import { taskHistoryArgs } from './task-history-filter.ts';

const CumulativeFlowBandKind = builder.enumType('CumulativeFlowBandKind', {
  description: 'How the tasks of a band are chosen.',
  values: {
    PHASE: { description: 'Tasks in one workflow phase, whether they wait or are being worked on.' },
    PAUSED: { description: 'Tasks that are `blocked` or `on_hold`, in any phase.' },
    UNKNOWN: { description: 'Tasks in a status that the workflow does not define.' },
  } as const,
});

const CumulativeFlowBand = builder
  .objectRef<FlowBand & { taskCount: number }>('CumulativeFlowBand')
  .implement({
    description:
      'One band of a cumulative flow diagram: the number of tasks in one phase, or of paused or unknown tasks.',
    fields: (t) => ({
      kind: t.field({
        type: CumulativeFlowBandKind,
        description: 'How the tasks of this band are chosen.',
        resolve: ({ kind }) => kind,
      }),
      phase: t.exposeString('phase', {
        nullable: true,
        description:
          'The workflow phase of the tasks. `any` for statuses that belong to no phase. Null if `kind` is not `PHASE`.',
      }),
      taskCount: t.exposeInt('taskCount', { description: 'The number of tasks in the band.' }),
    }),
  });

interface CumulativeFlowRow extends TimeWindow {
  total: number;
  bands: readonly (FlowBand & { taskCount: number })[];
}

const CumulativeFlow = builder.objectRef<CumulativeFlowRow>('CumulativeFlow').implement({
  description: 'The number of tasks in each band at the end of one time bucket.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: bucketStart }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'The end of the bucket (exclusive). Tasks are counted as of this time. In the last bucket, they are counted as of the `until` of the filter, or as of now if that is earlier.',
    }),
    total: t.exposeInt('total', {
      description:
        'The number of tasks that had been created by the time of the count. It is the sum of all bands.',
    }),
    bands: t.field({
      type: [CumulativeFlowBand],
      description:
        'One band for each phase in workflow order, then one for paused tasks and one for tasks in unknown statuses. Every bucket has the same bands, including empty ones.',
      resolve: ({ bands }) => [...bands],
    }),
  }),
});

builder.queryField('cumulativeFlow', (t) =>
  t.field({
    type: [CumulativeFlow],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description: `The data of a cumulative flow diagram: the number of tasks in each phase at the end of each time bucket. A band that grows shows where work piles up. ${taskHistoryBuckets}`,
    args: taskHistoryArgs,
    resolve: async (_root, args, context) => {
      const { filter, spans } = await requestedBuckets(args.filter ?? {}, args.bucket, context);
      const { bands, points } = await context.analyticsWorker.run('cumulativeFlow', {
        filter,
        spans: spans.map(({ counted }) => counted),
      });
      return spans.map(({ whole }, index) => ({
        ...whole,
        total: points[index]?.total ?? 0,
        bands: bands.map((band, bandIndex) => ({
          ...band,
          taskCount: points[index]?.counts[bandIndex] ?? 0,
        })),
      }));
    },
  }),
);
