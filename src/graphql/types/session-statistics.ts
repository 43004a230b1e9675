import {
  abandonedRatePct,
  completionRatePct,
  rejectionRatePct,
  type SessionStatistics as Statistics,
} from '../../domain/analytics/session-statistics.ts';
import { builder } from '../builder.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { SessionOutcome, TaskSessionConnection } from './session.ts';

/** What ended sessions add up to, and which ones they are. */
export interface CountedSessions {
  statistics: Statistics;
  counted: CountedChoice;
}

const nearestRank = (percent: number) =>
  `The shortest duration that at least ${percent} of 100 sessions did not exceed: one that was observed (nearest rank). Null when there is none to count.`;

export const SessionStatistics = builder.interfaceRef<CountedSessions>('SessionStatistics').implement({
  description:
    'What sessions that have ended add up to. Open ones are not in these numbers. `sessions` lists exactly the ones that are.',
  fields: (t) => ({
    avgDurationMinutes: t.float({
      nullable: true,
      description: 'Minutes from start to end, on average; null when there is none to count.',
      resolve: ({ statistics }) => statistics.averageMinutes,
    }),
    medianMinutes: t.float({
      nullable: true,
      description:
        'The duration in the middle, or the mean of the middle two; null when there is none to count.',
      resolve: ({ statistics }) => statistics.median,
    }),
    p50Minutes: t.float({
      nullable: true,
      description: nearestRank(50),
      resolve: ({ statistics }) => statistics.p50,
    }),
    p85Minutes: t.float({
      nullable: true,
      description: nearestRank(85),
      resolve: ({ statistics }) => statistics.p85,
    }),
    p90Minutes: t.float({
      nullable: true,
      description: nearestRank(90),
      resolve: ({ statistics }) => statistics.p90,
    }),
    p95Minutes: t.float({
      nullable: true,
      description: nearestRank(95),
      resolve: ({ statistics }) => statistics.p95,
    }),
    p99Minutes: t.float({
      nullable: true,
      description: nearestRank(99),
      resolve: ({ statistics }) => statistics.p99,
    }),
    totalMinutes: t.float({
      description: 'The minutes of all of them together.',
      resolve: ({ statistics }) => statistics.totalMinutes,
    }),
    completedCount: t.int({
      description: 'How many were finished.',
      resolve: ({ statistics }) => statistics.completed,
    }),
    rejectedCount: t.int({
      description: 'How many ended with the work being sent back.',
      resolve: ({ statistics }) => statistics.rejected,
    }),
    blockedCount: t.int({
      description: 'How many were blocked.',
      resolve: ({ statistics }) => statistics.blocked,
    }),
    abandonedCount: t.int({
      description: 'How many were abandoned.',
      resolve: ({ statistics }) => statistics.abandoned,
    }),
    rejectionRatePct: t.float({
      nullable: true,
      description:
        'Rejected sessions per hundred that ended, with one decimal; null when there is none to count. These are rejections that were given in these sessions: a strict reviewer has many.',
      resolve: ({ statistics }) => rejectionRatePct(statistics),
    }),
    completionRatePct: t.float({
      nullable: true,
      description:
        'Completed sessions per hundred that were completed, rejected or blocked, with one decimal; null when there is none.',
      resolve: ({ statistics }) => completionRatePct(statistics),
    }),
    abandonedRatePct: t.float({
      nullable: true,
      description: 'Abandoned sessions per hundred that ended, with one decimal; null when there is none.',
      resolve: ({ statistics }) => abandonedRatePct(statistics),
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The very sessions behind these numbers, the one that ended last first.',
        args: {
          outcome: t.arg({ type: SessionOutcome, description: 'Only those that ended like this.' }),
        },
        totalCount: ({ statistics }, { outcome }) => statistics[outcome ?? 'sessions'],
        resolve: (query, { statistics, counted }, page, context) => {
          const { outcome } = page;
          return findCountedSessions(
            query,
            page,
            counted,
            { outcome, total: statistics[outcome ?? 'sessions'] },
            context,
          );
        },
      },
      TaskSessionConnection,
    ),
  }),
});
