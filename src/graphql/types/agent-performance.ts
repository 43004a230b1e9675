import { checkAnalyticsFilter, endedSessions } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { endedCount, openCount } from './descriptions.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { once } from '../once.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { Rework, type ReworkRow } from './rework.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

interface AgentPerformanceRow extends CountedSessions {
  agentId: string;
  agentType: string | null;
  active: number;
  rework: () => Promise<ReworkRow>;
}

const AgentPerformance = builder.objectRef<AgentPerformanceRow>('AgentPerformance').implement({
  description: 'Durations, outcomes and rework of one agent.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    agentId: t.exposeString('agentId', { description: 'The ID of the agent, for example `backend-1`.' }),
    agentType: t.exposeString('agentType', {
      nullable: true,
      description:
        'The type that the agent named in its latest claim, for example `backend`. Null if the claim named no type.',
    }),
    totalSessions: t.int({
      description: endedCount,
      resolve: ({ statistics }) => statistics.sessions,
    }),
    activeSessions: t.exposeInt('active', { description: openCount }),
    rework: t.field({
      type: Rework,
      description:
        'How often completed work of the agent was rejected later. Rejections by the agent are in `rejectionRatePct`.',
      resolve: ({ rework }) => rework(),
    }),
  }),
});

builder.queryField('agentPerformance', (t) =>
  t.field({
    type: [AgentPerformance],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Returns the durations, outcomes and rework of each agent. The agent with the most ended sessions comes first. Agents with only open sessions are included.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description: 'Which sessions to count. Default: all ended sessions.',
      }),
    },
    resolve: async (_root, args, context) => {
      const { analyticsWorker } = context;
      const filter = await withExistingNames(checkAnalyticsFilter(args.filter ?? {}), context);
      const { counted: rows, revision } = await analyticsWorker.run('agentPerformance', { filter });
      const readRework = once(() => analyticsWorker.run('reworkByAgent', { filter }));
      return rows.map((row) => {
        const own = { ...endedSessions(filter), agentId: row.agentId };
        const rework = async () => {
          const { counted, revision: later } = await readRework();
          const work = counted.find(({ agentId }) => agentId === row.agentId);
          return { completed: 0, rework: 0, ...work, counted: { filter: own, revision: later } };
        };
        return { ...row, counted: { filter: own, revision }, rework };
      });
    },
  }),
);
