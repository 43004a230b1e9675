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
      description: 'The rank of the phase by `minutesPerTask`. Rank 1 has the most minutes.',
    }),
    phase: t.string({
      description: 'The workflow phase, for example `review`.',
      resolve: ({ flow }) => flow.phase,
    }),
    sentence: t.exposeString('sentence', {
      description: 'The statistics of this phase in one English sentence.',
    }),
    minutesPerTask: t.float({
      description:
        'The average minutes that a task spent in the phase, including waiting, blocked and idle time. Only tasks that entered the phase are counted.',
      resolve: ({ perTask }) => roundedMinutes(perTask / 60_000),
    }),
    sharePct: t.exposeFloat('sharePct', {
      description:
        'The time of this phase as a percentage of the time of all ranked phases (0 to 100, one decimal).',
    }),
    flow: t.expose('flow', {
      type: PhaseFlow,
      description: 'How tasks spent their time in this phase, with the counted sessions.',
    }),
  }),
});

builder.queryField('bottlenecks', (t) =>
  t.field({
    type: [Bottleneck],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Ranks the workflow phases by the average minutes of a task, longest first. Phases without time, phases of complete tasks, and statuses without a phase are left out.',
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
