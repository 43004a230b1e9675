import {
  abandonedRatePct,
  completionRatePct,
  rejectionRatePct,
  type Tally,
} from '../../domain/analytics/session-statistics.ts';
import { builder } from '../builder.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { SessionOutcome, TaskSessionConnection } from './session.ts';

/** What ended sessions add up to, and which ones they are. */
export interface CountedSessions {
  tally: Tally;
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
      resolve: ({ tally }) => tally.averageMinutes,
    }),
    medianMinutes: t.float({
      nullable: true,
      description:
        'The duration in the middle, or the mean of the middle two; null when there is none to count.',
      resolve: ({ tally }) => tally.median,
    }),
    p50Minutes: t.float({
      nullable: true,
      description: nearestRank(50),
      resolve: ({ tally }) => tally.p50,
    }),
    p85Minutes: t.float({
      nullable: true,
      description: nearestRank(85),
      resolve: ({ tally }) => tally.p85,
    }),
    p90Minutes: t.float({
      nullable: true,
      description: nearestRank(90),
      resolve: ({ tally }) => tally.p90,
    }),
    p95Minutes: t.float({
      nullable: true,
      description: nearestRank(95),
      resolve: ({ tally }) => tally.p95,
    }),
    p99Minutes: t.float({
      nullable: true,
      description: nearestRank(99),
      resolve: ({ tally }) => tally.p99,
    }),
    totalMinutes: t.float({
      description: 'The minutes of all of them together.',
      resolve: ({ tally }) => tally.totalMinutes,
    }),
    completedCount: t.int({
      description: 'How many were finished.',
      resolve: ({ tally }) => tally.completed,
    }),
    rejectedCount: t.int({
      description: 'How many ended with the work being sent back.',
      resolve: ({ tally }) => tally.rejected,
    }),
    blockedCount: t.int({ description: 'How many were blocked.', resolve: ({ tally }) => tally.blocked }),
    abandonedCount: t.int({
      description: 'How many were abandoned.',
      resolve: ({ tally }) => tally.abandoned,
    }),
    rejectionRatePct: t.float({
      nullable: true,
      description:
        'Rejected sessions per hundred that ended, with one decimal; null when there is none to count. These are rejections that were given in these sessions: a strict reviewer has many.',
      resolve: ({ tally }) => rejectionRatePct(tally),
    }),
    completionRatePct: t.float({
      nullable: true,
      description:
        'Completed sessions per hundred that were completed, rejected or blocked, with one decimal; null when there is none.',
      resolve: ({ tally }) => completionRatePct(tally),
    }),
    abandonedRatePct: t.float({
      nullable: true,
      description: 'Abandoned sessions per hundred that ended, with one decimal; null when there is none.',
      resolve: ({ tally }) => abandonedRatePct(tally),
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The very sessions behind these numbers, the one that ended last first.',
        args: {
          outcome: t.arg({ type: SessionOutcome, description: 'Only those that ended like this.' }),
        },
        totalCount: ({ tally }, { outcome }) => tally[outcome ?? 'sessions'],
        resolve: (query, { tally, counted }, page, context) => {
          const { outcome } = page;
          return findCountedSessions(
            query,
            page,
            counted,
            { outcome, total: tally[outcome ?? 'sessions'] },
            context,
          );
        },
      },
      TaskSessionConnection,
    ),
  }),
});
