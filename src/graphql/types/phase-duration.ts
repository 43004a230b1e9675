import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { endedCount, openCount } from './descriptions.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { once } from '../once.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { FirstPass, type FirstPassRow } from './first-pass.ts';
import { withCountedSessions, type PhaseStatisticsRow } from './phase-statistics.ts';
import { SessionStatistics } from './session-statistics.ts';

interface PhaseDurationRow extends PhaseStatisticsRow {
  active: number;
  firstPass: () => Promise<FirstPassRow>;
}

const PhaseDuration = builder.objectRef<PhaseDurationRow>('PhaseDuration').implement({
  description: 'Durations and outcomes of the sessions in one workflow phase.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description: 'The workflow phase in which the sessions started, for example `review`.',
    }),
    sessionCount: t.int({
      description: endedCount,
      resolve: ({ statistics }) => statistics.sessions,
    }),
    activeCount: t.exposeInt('active', { description: openCount }),
    firstPass: t.field({
      type: FirstPass,
      description: 'How often tasks pass this phase at the first attempt.',
      resolve: ({ firstPass }) => firstPass(),
    }),
  }),
});

builder.queryField('phaseDurations', (t) =>
  t.field({
    type: [PhaseDuration],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Returns the durations and outcomes of the sessions in each workflow phase, in workflow order. Phases without ended sessions are included.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description: 'Which sessions to count. Default: all ended sessions.',
      }),
    },
    resolve: async (_root, args, context) => {
      const { analyticsWorker } = context;
      const filter = await withExistingNames(checkAnalyticsFilter(args.filter ?? {}), context);
      const { counted: rows, revision } = await analyticsWorker.run('phaseDurations', { filter });
      const firstPasses = once(() => analyticsWorker.run('firstPasses', { filter }));
      return rows.map((row) => {
        const own = withCountedSessions(row, filter, revision);
        const firstPass = async () => {
          const { counted, revision: later } = await firstPasses();
          const passes = counted.find(({ phase }) => phase === row.phase);
          return { tasks: 0, passed: 0, ...passes, counted: { ...own.counted, revision: later } };
        };
        return { ...own, firstPass };
      });
    },
  }),
);
