import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { createEventLoopTurns } from '../event-loop-turns.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { Bucket } from './bucket.ts';
import { ofPhase, PhaseStatistics, type PhaseStatisticsRow } from './phase-statistics.ts';

interface TrendBucketRow extends TimeWindow {
  isComplete: boolean;
  phases: () => Promise<PhaseStatisticsRow[]>;
}

const PhaseDurationBucket = builder.objectRef<TrendBucketRow>('PhaseDurationBucket').implement({
  description: 'How long each phase took in one segment of the calendar.',
  fields: (t) => ({
    since: t.expose('since', {
      type: 'DateTime',
      description: 'Where the bucket begins: at the since that was asked for, where that is later.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'Where the bucket ends, itself not in it: at the until that was asked for, where that is earlier.',
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description: 'Whether its time is over; the numbers of one that still runs will change.',
    }),
    phases: t.field({
      type: [PhaseStatistics],
      description: 'The phases in the order of the workflow, the same in every bucket.',
      resolve: ({ phases }) => phases(),
    }),
  }),
});

builder.queryField('phaseDurationTrend', (t) =>
  t.field({
    type: [PhaseDurationBucket],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'How the time that phases take develops, oldest first. Buckets in which nothing ended are there, too. At most 500 of them.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description:
          'Which sessions. Without a since it begins with the first session that ended; without an until it goes on to the present.',
      }),
      bucket: t.arg({ type: Bucket, required: true, description: 'How long each segment is.' }),
    },
    resolve: async (_root, { filter: given, bucket }, { analyticsWorker }) => {
      const filter = checkAnalyticsFilter(given ?? {});
      const { counted: buckets, revision } = await analyticsWorker.run('phaseDurationTrend', {
        filter,
        bucket,
      });
      const turn = createEventLoopTurns();
      return buckets.map(({ phases, ...rest }) => ({
        ...rest,
        async phases() {
          await turn();
          const { since, until } = rest;
          return phases.map((row) => ofPhase(row, { ...filter, since, until }, revision));
        },
      }));
    },
  }),
);
