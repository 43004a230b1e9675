import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import type { FlowBand } from '../../domain/analytics/cumulative-flow.ts';
import { builder } from '../builder.ts';
import { bucketStart, taskHistoryBuckets } from './descriptions.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { requestedBuckets } from '../task-history-buckets.ts';
import { taskHistoryArgs } from './task-history-filter.ts';

const CumulativeFlowBandKind = builder.enumType('CumulativeFlowBandKind', {
  description: 'Which tasks a band of a cumulative flow diagram counts.',
  values: {
    PHASE: {
      description: 'The tasks in one workflow phase, except `blocked` and `on_hold` tasks.',
    },
    PAUSED: { description: 'The tasks that are `blocked` or `on_hold`, in any phase.' },
    UNKNOWN: { description: 'The tasks whose status the workflow does not define.' },
  } as const,
});

const CumulativeFlowBand = builder
  .objectRef<FlowBand & { taskCount: number }>('CumulativeFlowBand')
  .implement({
    description:
      'One band (layer) of a cumulative flow diagram. It counts the tasks of one phase, the paused tasks, or the tasks with an unknown status.',
    fields: (t) => ({
      kind: t.field({
        type: CumulativeFlowBandKind,
        description: 'Which tasks this band counts.',
        resolve: ({ kind }) => kind,
      }),
      phase: t.exposeString('phase', {
        nullable: true,
        description:
          'The workflow phase of this band. `any` for statuses without a phase. Null if `kind` is not `PHASE`.',
      }),
      taskCount: t.exposeInt('taskCount', {
        description: 'The number of tasks in this band of the diagram.',
      }),
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
        'The end of the time bucket (exclusive). The tasks are counted at this time, or at `until` or now if one of them is earlier.',
    }),
    total: t.exposeInt('total', {
      description:
        'The number of tasks that were created before the time of the count. It is the sum of all bands.',
    }),
    bands: t.field({
      type: [CumulativeFlowBand],
      description:
        'The bands of the phases in workflow order, then the bands `PAUSED` and `UNKNOWN`. Every time bucket has the same bands, even empty ones.',
      resolve: ({ bands }) => [...bands],
    }),
  }),
});

builder.queryField('cumulativeFlow', (t) =>
  t.field({
    type: [CumulativeFlow],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description: `The data of a cumulative flow diagram: the number of tasks in each phase over time. ${taskHistoryBuckets}`,
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
