import { checkAnalyticsFilter, endedSessions } from '../../analytics/filter.ts';
import { builder } from '../builder.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

interface PhaseDurationRow extends CountedSessions {
  phase: string;
  active: number;
}

const PhaseDuration = builder.objectRef<PhaseDurationRow>('PhaseDuration').implement({
  description: 'How long work in one phase of the workflow takes, and how it ends.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    phase: t.exposeString('phase', { description: 'The phase, as it was when the work was claimed.' }),
    sessionCount: t.int({
      description: 'How many sessions have ended: those that the other numbers are about.',
      resolve: ({ tally }) => tally.sessions,
    }),
    activeCount: t.exposeInt('active', {
      description: 'How many sessions are open now, whatever the time that was asked for.',
    }),
  }),
});

builder.queryField('phaseDurations', (t) =>
  t.field({
    type: [PhaseDuration],
    description:
      'How long each phase takes: one row for each phase of the workflow, in its order, also for those in which nothing has ended.',
    args: {
      filter: t.arg({ type: AnalyticsFilter, description: 'Which sessions; all that ended when left out.' }),
    },
    resolve: async (_root, args, { background }) => {
      const filter = checkAnalyticsFilter(args.filter ?? {});
      const rows = await background.ask('phaseDurations', { filter });
      return rows.map((row) => ({ ...row, counted: { ...endedSessions(filter), phase: row.phase } }));
    },
  }),
);
