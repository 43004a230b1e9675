import { checkAnalyticsFilter, endedSessions } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { lazily } from '../on-first-use.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { Rework, type ReworkRow } from './reworked-tasks.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

interface AgentPerformanceRow extends CountedSessions {
  agentId: string;
  agentType: string | null;
  active: number;
  rework: () => Promise<ReworkRow>;
}

const AgentPerformance = builder.objectRef<AgentPerformanceRow>('AgentPerformance').implement({
  description: 'How one agent does.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    agentId: t.exposeString('agentId', { description: 'The agent.' }),
    agentType: t.exposeString('agentType', {
      nullable: true,
      description: 'The kind of agent it was at its latest claim; null when none was given.',
    }),
    totalSessions: t.int({
      description: 'How many of its sessions have ended: those that the other numbers are about.',
      resolve: ({ statistics }) => statistics.sessions,
    }),
    activeSessions: t.exposeInt('active', {
      description: 'How many of its sessions are open now, whatever the time that was asked for.',
    }),
    rework: t.field({
      type: Rework,
      description:
        'Rejections that the agent received: its finished work that others sent back. Look here for an agent that struggles; `rejectionRatePct` counts the rejections that it gave.',
      resolve: ({ rework }) => rework(),
    }),
  }),
});

builder.queryField('agentPerformance', (t) =>
  t.field({
    type: [AgentPerformance],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description: 'How each agent does, the one with the most sessions first.',
    args: {
      filter: t.arg({ type: AnalyticsFilter, description: 'Which sessions; all that ended when left out.' }),
    },
    resolve: async (_root, args, { analyticsWorker }) => {
      const filter = checkAnalyticsFilter(args.filter ?? {});
      const { counted: rows, revision } = await analyticsWorker.run('agentPerformance', { filter });
      const readRework = lazily(() => analyticsWorker.run('reworkByAgent', { filter }));
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
