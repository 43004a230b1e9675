import {
  abandonedRatePct,
  completionRatePct,
  rejectionRatePct,
  type SessionStatistics as Statistics,
} from '../../domain/analytics/session-statistics.ts';
import { builder } from '../builder.ts';
import { TaskSession } from '../node-types.ts';
import { pageOf } from '../pagination/connection.ts';
import { averageDuration, medianDuration, percentileDuration, totalDuration } from './descriptions.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { SessionOutcome, TaskSessionConnection } from './session.ts';

/** The statistics of ended sessions, and the filter that selects them. */
export interface CountedSessions {
  statistics: Statistics;
  counted: CountedFilter;
}

export const SessionStatistics = builder.interfaceRef<CountedSessions>('SessionStatistics').implement({
  description: 'Durations and outcomes of a group of ended sessions. `sessions` lists the counted sessions.',
  fields: (t) => ({
    avgDurationMinutes: t.float({
      nullable: true,
      description: averageDuration,
      resolve: ({ statistics }) => statistics.averageMinutes,
    }),
    medianMinutes: t.float({
      nullable: true,
      description: medianDuration,
      resolve: ({ statistics }) => statistics.median,
    }),
    p50Minutes: t.float({
      nullable: true,
      description: percentileDuration(50),
      resolve: ({ statistics }) => statistics.p50,
    }),
    p85Minutes: t.float({
      nullable: true,
      description: percentileDuration(85),
      resolve: ({ statistics }) => statistics.p85,
    }),
    p90Minutes: t.float({
      nullable: true,
      description: percentileDuration(90),
      resolve: ({ statistics }) => statistics.p90,
    }),
    p95Minutes: t.float({
      nullable: true,
      description: percentileDuration(95),
      resolve: ({ statistics }) => statistics.p95,
    }),
    p99Minutes: t.float({
      nullable: true,
      description: percentileDuration(99),
      resolve: ({ statistics }) => statistics.p99,
    }),
    totalMinutes: t.float({
      description: totalDuration,
      resolve: ({ statistics }) => statistics.totalMinutes,
    }),
    completedCount: t.int({
      description: 'The number of sessions that were completed.',
      resolve: ({ statistics }) => statistics.completed,
    }),
    rejectedCount: t.int({
      description: 'The number of sessions that were rejected.',
      resolve: ({ statistics }) => statistics.rejected,
    }),
    blockedCount: t.int({
      description: 'The number of sessions that were blocked.',
      resolve: ({ statistics }) => statistics.blocked,
    }),
    abandonedCount: t.int({
      description: 'The number of sessions that were abandoned.',
      resolve: ({ statistics }) => statistics.abandoned,
    }),
    rejectionRatePct: t.float({
      nullable: true,
      description:
        'The percentage of ended sessions in which the agent rejected the task (0 to 100, one decimal). Null if nothing was counted. Strict reviewers often have a high rate.',
      resolve: ({ statistics }) => rejectionRatePct(statistics),
    }),
    completionRatePct: t.float({
      nullable: true,
      description:
        'The percentage of ended sessions that were completed (0 to 100, one decimal). Abandoned sessions are not counted. Null if nothing was counted.',
      resolve: ({ statistics }) => completionRatePct(statistics),
    }),
    abandonedRatePct: t.float({
      nullable: true,
      description:
        'The percentage of ended sessions that were abandoned (0 to 100, one decimal). Null if nothing was counted.',
      resolve: ({ statistics }) => abandonedRatePct(statistics),
    }),
    sessions: t.connection(
      {
        type: TaskSession,
        description: 'The sessions that were counted, most recently ended first.',
        args: {
          outcome: t.arg({
            type: SessionOutcome,
            description: 'Only sessions that ended with this outcome. Default: all outcomes.',
          }),
        },
        resolve({ statistics, counted }, page, context, info) {
          const { outcome } = page;
          const total = statistics[outcome ?? 'sessions'];
          return pageOf(page, info, {
            load: (take) => findCountedSessions(take, page, counted, { outcome, total }, context),
            totalCount: () => total,
          });
        },
      },
      TaskSessionConnection,
    ),
  }),
});
