import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import {
  completionRatePct,
  rejectionRatePct,
  type SessionStatistics,
} from '../../domain/analytics/session-statistics.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { ofPhase, PhaseStatistics, type PhaseStatisticsRow } from './phase-statistics.ts';

const TimeWindowType = builder.objectRef<TimeWindow>('TimeWindow').implement({
  description: 'A segment of time.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'The first instant that is in it.' }),
    until: t.expose('until', {
      type: 'DateTime',
      description: 'The first instant that is not in it any more.',
    }),
  }),
});

interface PhaseComparisonRow {
  phase: string;
  current: PhaseStatisticsRow;
  previous: PhaseStatisticsRow;
}

const PhaseComparison = builder.objectRef<PhaseComparisonRow>('PhaseComparison').implement({
  description:
    'One phase in both windows. A change is the current value less the previous one; null where either is missing. Look at both session counts before you trust one.',
  fields: (t) => {
    const change = (description: string, of: (statistics: SessionStatistics) => number | null) =>
      t.float({
        nullable: true,
        description,
        resolve: ({ current, previous }) => difference(of(current.statistics), of(previous.statistics)),
      });
    return {
      phase: t.exposeString('phase', { description: 'The phase.' }),
      current: t.expose('current', {
        type: PhaseStatistics,
        description: 'In the window that was asked for.',
      }),
      previous: t.expose('previous', { type: PhaseStatistics, description: 'In the window before it.' }),
      sessionCountChange: t.int({
        description: 'How many more sessions ended than in the window before.',
        resolve: ({ current, previous }) => current.statistics.sessions - previous.statistics.sessions,
      }),
      avgDurationMinutesChange: change(
        'By how many minutes the average grew.',
        ({ averageMinutes }) => averageMinutes,
      ),
      medianMinutesChange: change('By how many minutes the median grew.', ({ median }) => median),
      p90MinutesChange: change('By how many minutes the 90th percentile grew.', ({ p90 }) => p90),
      rejectionRatePctChange: change(
        'By how many percentage points the rejection rate grew.',
        rejectionRatePct,
      ),
      completionRatePctChange: change(
        'By how many percentage points the completion rate grew.',
        completionRatePct,
      ),
    };
  },
});

interface ComparisonRow {
  current: TimeWindow;
  previous: TimeWindow;
  phases: PhaseComparisonRow[];
}

const Comparison = builder.objectRef<ComparisonRow>('Comparison').implement({
  description: 'A window of time beside the one of the same length that ends where it begins.',
  fields: (t) => ({
    current: t.expose('current', { type: TimeWindowType, description: 'The window that was asked for.' }),
    previous: t.expose('previous', { type: TimeWindowType, description: 'The window before it.' }),
    phases: t.expose('phases', {
      type: [PhaseComparison],
      description: 'The phases in the order of the workflow.',
    }),
  }),
});

builder.queryField('compare', (t) =>
  t.field({
    type: Comparison,
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description: 'What has changed: a window of time beside the one before it.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        required: true,
        description: 'Which sessions. It needs a since; the window ends now when until is left out.',
      }),
    },
    resolve: async (_root, args, { analyticsWorker }) => {
      const filter = checkAnalyticsFilter(args.filter);
      const { counted, revision } = await analyticsWorker.run('comparison', { filter });
      const { current, previous, phases } = counted;
      return {
        current,
        previous,
        phases: phases.map((row) => ({
          phase: row.phase,
          current: ofPhase(row.current, { ...filter, ...current }, revision),
          previous: ofPhase(row.previous, { ...filter, ...previous }, revision),
        })),
      };
    },
  }),
);

function difference(current: number | null, previous: number | null): number | null {
  return current === null || previous === null ? null : roundedMinutes(current - previous);
}
