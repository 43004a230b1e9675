import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import type { FlowBand } from '../../domain/analytics/cumulative-flow.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { askedSpans } from '../task-history-spans.ts';
import { Bucket } from './bucket.ts';
import { TaskHistoryFilter } from './task-history-filter.ts';

const CumulativeFlowBandKind = builder.enumType('CumulativeFlowBandKind', {
  description: 'What the tasks of a band have in common.',
  values: {
    PHASE: { description: 'They wait in a phase of the workflow or are being worked on in it.' },
    PAUSED: { description: 'They are blocked or on hold, whatever the phase.' },
    UNKNOWN: { description: 'They are in a status that the workflow does not know.' },
  } as const,
});

const CumulativeFlowBand = builder
  .objectRef<FlowBand & { taskCount: number }>('CumulativeFlowBand')
  .implement({
    description: 'One band of a cumulative flow diagram: tasks that stand in the same place.',
    fields: (t) => ({
      kind: t.field({
        type: CumulativeFlowBandKind,
        description: 'What its tasks have in common.',
        resolve: ({ kind }) => kind,
      }),
      phase: t.exposeString('phase', {
        nullable: true,
        description:
          'The phase of its tasks, `any` for statuses that belong to none; null in the bands that are not of the kind `PHASE`.',
      }),
      taskCount: t.exposeInt('taskCount', { description: 'How many tasks there are.' }),
    }),
  });

interface CumulativeFlowRow extends TimeWindow {
  total: number;
  bands: readonly (FlowBand & { taskCount: number })[];
}

const CumulativeFlow = builder.objectRef<CumulativeFlowRow>('CumulativeFlow').implement({
  description: 'Where tasks stood at the end of one segment of the calendar.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'When the segment begins.' }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'When it ends, and where the tasks stood then is told. The last segment is told as of the end of the time that was asked for, or as of now where it still runs.',
    }),
    total: t.exposeInt('total', {
      description: 'How many of the tasks had been created by then: what all bands add up to.',
    }),
    bands: t.field({
      type: [CumulativeFlowBand],
      description:
        'The tasks of each phase in the order of the workflow, then those that were paused, then those in statuses that the workflow does not know. The same bands in every segment, empty ones included.',
      resolve: ({ bands }) => [...bands],
    }),
  }),
});

builder.queryField('cumulativeFlow', (t) =>
  t.field({
    type: [CumulativeFlow],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'Where tasks stood at the end of each segment of the calendar, in order and without gaps: the bands of a cumulative flow diagram. A band that grows is where work piles up. Taken from the history of the tasks that exist. At most 500 segments are answered.',
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
      const { bands, points } = await context.analyticsWorker.run('cumulativeFlow', {
        filter,
        spans: spans.map(({ counted }) => counted),
      });
      return spans.map(({ whole }, index) => ({
        ...whole,
        total: points[index]?.total ?? 0,
        bands: bands.map((band, place) => ({ ...band, taskCount: points[index]?.counts[place] ?? 0 })),
      }));
    },
  }),
);
