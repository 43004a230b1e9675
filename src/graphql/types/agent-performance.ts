import { checkAnalyticsFilter, endedSessions } from '../../domain/analytics/filter.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { onFirstUse } from '../on-first-use.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { SentBackWork, type SentBackWorkRow } from './reworked-tasks.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

interface AgentPerformanceRow extends CountedSessions {
  agentId: string;
  agentType: string | null;
  active: number;
  sentBack: () => Promise<SentBackWorkRow>;
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
      resolve: ({ tally }) => tally.sessions,
    }),
    activeSessions: t.exposeInt('active', {
      description: 'How many of its sessions are open now, whatever the time that was asked for.',
    }),
    sentBack: t.field({
      type: SentBackWork,
      description:
        'Rejections that the agent received: its finished work that others sent back. Look here for an agent that struggles; `rejectionRatePct` counts the rejections that it gave.',
      resolve: ({ sentBack }) => sentBack(),
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
    resolve: async (_root, args, { background }) => {
      const filter = checkAnalyticsFilter(args.filter ?? {});
      const { counted: rows, revision } = await background.ask('agentPerformance', { filter });
      const sentBackWork = onFirstUse(() => background.ask('sentBackWork', { filter }));
      return rows.map((row) => {
        const own = { ...endedSessions(filter), agentId: row.agentId };
        const sentBack = async () => {
          const { counted, revision: later } = await sentBackWork();
          const work = counted.find(({ agentId }) => agentId === row.agentId);
          return { completed: 0, sentBack: 0, ...work, counted: { filter: own, revision: later } };
        };
        return { ...row, counted: { filter: own, revision }, sentBack };
      });
    },
  }),
);
