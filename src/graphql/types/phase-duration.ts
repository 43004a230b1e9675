import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { lazily } from '../on-first-use.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { FirstPass, type FirstPassRow } from './first-pass.ts';
import { ofPhase, type PhaseStatisticsRow } from './phase-statistics.ts';
import { SessionStatistics } from './session-statistics.ts';

interface PhaseDurationRow extends PhaseStatisticsRow {
  active: number;
  firstPass: () => Promise<FirstPassRow>;
}

const PhaseDuration = builder.objectRef<PhaseDurationRow>('PhaseDuration').implement({
  description: 'How long work in one phase of the workflow takes, and how it ends.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    phase: t.exposeString('phase', { description: 'The phase, as it was when the work was claimed.' }),
    sessionCount: t.int({
      description: 'How many sessions have ended: those that the other numbers are about.',
      resolve: ({ statistics }) => statistics.sessions,
    }),
    activeCount: t.exposeInt('active', {
      description: 'How many sessions are open now, whatever the time that was asked for.',
    }),
    firstPass: t.field({
      type: FirstPass,
      description: 'How often work passes through this phase without having to come back.',
      resolve: ({ firstPass }) => firstPass(),
    }),
  }),
});

builder.queryField('phaseDurations', (t) =>
  t.field({
    type: [PhaseDuration],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'How long each phase takes: one row for each phase of the workflow, in its order, also for those in which nothing has ended.',
    args: {
      filter: t.arg({ type: AnalyticsFilter, description: 'Which sessions; all that ended when left out.' }),
    },
    resolve: async (_root, args, { analyticsWorker }) => {
      const filter = checkAnalyticsFilter(args.filter ?? {});
      const { counted: rows, revision } = await analyticsWorker.run('phaseDurations', { filter });
      const firstPasses = lazily(() => analyticsWorker.run('firstPasses', { filter }));
      return rows.map((row) => {
        const own = ofPhase(row, filter, revision);
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
