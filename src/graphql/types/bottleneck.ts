import { type Bottleneck as Ranked, bottlenecks } from '../../domain/analytics/bottlenecks.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { findPhaseFlow, PhaseFlow, type PhaseFlowRow } from './phase-flow.ts';

const Bottleneck = builder.objectRef<Ranked<PhaseFlowRow>>('Bottleneck').implement({
  description: 'A workflow phase, ranked by the time that tasks spend in it.',
  fields: (t) => ({
    rank: t.exposeInt('rank', {
      description: 'The rank of the phase. 1 is the phase in which tasks spend the most time on average.',
    }),
    phase: t.string({
      description: 'The workflow phase, for example `review`.',
      resolve: ({ flow }) => flow.phase,
    }),
    sentence: t.exposeString('sentence', {
      description:
        'The numbers of the phase as an English sentence, for example `Review holds work up the most: 62.0 % of all time, 5 h for each of 210 tasks; tasks wait 3 h 12 min for a claim (median of 214) and are worked on 18 min (median of 214).`.',
    }),
    minutesPerTask: t.float({
      description:
        'The average number of minutes that a task spends in the phase, including waiting, blocked and idle time. Only tasks that were in the phase are counted. Phases are ranked by this number.',
      resolve: ({ perTask }) => roundedMinutes(perTask / 60_000),
    }),
    sharePct: t.exposeFloat('sharePct', {
      description:
        'The share of this phase in the time of all ranked phases, in percent (0 to 100, one decimal).',
    }),
    flow: t.expose('flow', {
      type: PhaseFlow,
      description: 'The times of the phase in detail, and the sessions from which they come.',
    }),
  }),
});

builder.queryField('bottlenecks', (t) =>
  t.field({
    type: [Bottleneck],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Ranks the workflow phases by the average time that a task spends in them, longest first. Phases without any time, phases in which tasks are complete, and time in statuses that belong to no phase are left out.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description: 'Which tasks, phases and time range to count, as in `phaseFlow`. Default: all.',
      }),
    },
    resolve: async (_root, { filter }, context) =>
      bottlenecks(context.workflow, await findPhaseFlow(filter, context)),
  }),
);
