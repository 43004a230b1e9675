import { type Bottleneck as Ranked, bottlenecks } from '../../domain/analytics/bottlenecks.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { findPhaseFlow, PhaseFlow, type PhaseFlowRow } from './phase-flow.ts';

const Bottleneck = builder.objectRef<Ranked<PhaseFlowRow>>('Bottleneck').implement({
  description: 'A phase of the workflow, by the time that it takes from tasks.',
  fields: (t) => ({
    rank: t.exposeInt('rank', {
      description: 'Its place, from 1: the phase that takes the most time from a task.',
    }),
    phase: t.string({ description: 'The phase.', resolve: ({ flow }) => flow.phase }),
    sentence: t.exposeString('sentence', {
      description:
        'What puts it there, in words, for example `Review holds work up the most: 62.0 % of all time, 5 h for each of 210 tasks; tasks wait 3 h 12 min for a claim (median of 214) and are worked on 18 min (median of 214).`.',
    }),
    minutesPerTask: t.float({
      description:
        'Minutes that a task spends in the phase, waiting and standing still included, on average over those that were in it. This is what the phases are ranked by.',
      resolve: ({ perTask }) => roundedMinutes(perTask / 60_000),
    }),
    sharePct: t.exposeFloat('sharePct', {
      description:
        'The time of this phase per hundred of the time of all phases that are ranked, with one decimal.',
    }),
    flow: t.expose('flow', {
      type: PhaseFlow,
      description: 'The numbers in detail, with what is behind them.',
    }),
  }),
});

builder.queryField('bottlenecks', (t) =>
  t.field({
    type: [Bottleneck],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'Where work gets stuck: the phases that take the most time from a task first. Left out are phases in which no time was spent, the one in which work is over, and time that is of no phase.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description: 'Which tasks, phases and times, as in `phaseFlow`; everything when left out.',
      }),
    },
    resolve: async (_root, { filter }, context) =>
      bottlenecks(context.workflow, await findPhaseFlow(filter, context)),
  }),
);
