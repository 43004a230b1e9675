import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { bucketLength } from './descriptions.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { createEventLoopYield } from '../event-loop-yield.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { Bucket } from './bucket.ts';
import { withCountedSessions, PhaseStatistics, type PhaseStatisticsRow } from './phase-statistics.ts';

interface TrendBucketRow extends TimeWindow {
  isComplete: boolean;
  phases: () => Promise<PhaseStatisticsRow[]>;
}

const PhaseDurationBucket = builder.objectRef<TrendBucketRow>('PhaseDurationBucket').implement({
  description: 'Durations and outcomes of sessions by workflow phase, in one time bucket.',
  fields: (t) => ({
    since: t.expose('since', {
      type: 'DateTime',
      description:
        'The start of the time bucket (inclusive). The first bucket can start later, at `since` of the filter.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      description:
        'The end of the time bucket (exclusive). The last bucket can end earlier, at `until` of the filter.',
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description: 'Whether the time bucket has ended. Until then, its numbers can change.',
    }),
    phases: t.field({
      type: [PhaseStatistics],
      description:
        'The statistics of each workflow phase, in workflow order. Every time bucket has the same phases.',
      resolve: ({ phases }) => phases(),
    }),
  }),
});

builder.queryField('phaseDurationTrend', (t) =>
  t.field({
    type: [PhaseDurationBucket],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Returns the durations and outcomes of sessions in each workflow phase over time. There is one entry for each time bucket, including empty ones, oldest first. More than 500 buckets are rejected.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description:
          'Which sessions to count. Without `since`, the first time bucket is the one in which the first session ended. Without `until`, the last is the current one.',
      }),
      bucket: t.arg({ type: Bucket, required: true, description: bucketLength }),
    },
    resolve: async (_root, { filter: given, bucket }, context) => {
      const { analyticsWorker } = context;
      const filter = await withExistingNames(checkAnalyticsFilter(given ?? {}), context);
      const { counted: buckets, revision } = await analyticsWorker.run('phaseDurationTrend', {
        filter,
        bucket,
      });
      const turn = createEventLoopYield();
      return buckets.map(({ phases, ...rest }) => ({
        ...rest,
        async phases() {
          await turn();
          const { since, until } = rest;
          return phases.map((row) => withCountedSessions(row, { ...filter, since, until }, revision));
        },
      }));
    },
  }),
);
