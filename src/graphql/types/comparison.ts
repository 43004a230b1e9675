import type { TimeWindow } from '../../domain/analytics/buckets.ts';
import { checkAnalyticsFilter } from '../../domain/analytics/filter.ts';
import {
  completionRatePct,
  rejectionRatePct,
  type SessionStatistics,
} from '../../domain/analytics/session-statistics.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { withCountedSessions, PhaseStatistics, type PhaseStatisticsRow } from './phase-statistics.ts';

const TimeWindowType = builder.objectRef<TimeWindow>('TimeWindow').implement({
  description: 'A time range with a start and an end.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'The start of the time window (inclusive).' }),
    until: t.expose('until', {
      type: 'DateTime',
      description: 'The end of the time window (exclusive).',
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
    'One workflow phase in two time windows. Each change is the current value minus the previous value. Check `sessionCount` first: if it is low, a change can be due to chance.',
  fields: (t) => {
    const change = (description: string, of: (statistics: SessionStatistics) => number | null) =>
      t.float({
        nullable: true,
        description,
        resolve: ({ current, previous }) => difference(of(current.statistics), of(previous.statistics)),
      });
    return {
      phase: t.exposeString('phase', { description: 'The workflow phase, for example `review`.' }),
      current: t.expose('current', {
        type: PhaseStatistics,
        description: 'The statistics of the phase in the requested time window.',
      }),
      previous: t.expose('previous', {
        type: PhaseStatistics,
        description: 'The statistics of the phase in the previous time window.',
      }),
      sessionCountChange: t.int({
        description: 'The change of the number of ended sessions. Negative if fewer sessions ended.',
        resolve: ({ current, previous }) => current.statistics.sessions - previous.statistics.sessions,
      }),
      avgDurationMinutesChange: change(
        'The change of the average duration in minutes. Negative if sessions became shorter. Null if either average is null.',
        ({ averageMinutes }) => averageMinutes,
      ),
      medianMinutesChange: change(
        'The change of the median duration in minutes. Negative if sessions became shorter. Null if either median is null.',
        ({ median }) => median,
      ),
      p90MinutesChange: change(
        'The change of the 90th percentile in minutes. Negative if sessions became shorter. Null if either percentile is null.',
        ({ p90 }) => p90,
      ),
      rejectionRatePctChange: change(
        'The change of the rejection rate in percentage points. Negative if the rate fell. Null if either rate is null.',
        rejectionRatePct,
      ),
      completionRatePctChange: change(
        'The change of the completion rate in percentage points. Negative if the rate fell. Null if either rate is null.',
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
  description: 'A comparison of the requested time window with the one before it.',
  fields: (t) => ({
    current: t.expose('current', { type: TimeWindowType, description: 'The requested time window.' }),
    previous: t.expose('previous', {
      type: TimeWindowType,
      description:
        'The previous time window. It has the same length and ends where the requested window starts.',
    }),
    phases: t.expose('phases', {
      type: [PhaseComparison],
      description: 'One comparison for each workflow phase, in workflow order.',
    }),
  }),
});

builder.queryField('compare', (t) =>
  t.field({
    type: Comparison,
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Compares the sessions of each workflow phase in two time windows. The previous window has the same length and ends where the requested window starts.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        required: true,
        description:
          'Which sessions to compare. The requested time window starts at `since` (required) and ends at `until` (default: now).',
      }),
    },
    resolve: async (_root, args, context) => {
      const { analyticsWorker } = context;
      const filter = await withExistingNames(checkAnalyticsFilter(args.filter), context);
      const { counted, revision } = await analyticsWorker.run('comparison', { filter });
      const { current, previous, phases } = counted;
      return {
        current,
        previous,
        phases: phases.map((row) => ({
          phase: row.phase,
          current: withCountedSessions(row.current, { ...filter, ...current }, revision),
          previous: withCountedSessions(row.previous, { ...filter, ...previous }, revision),
        })),
      };
    },
  }),
);

function difference(current: number | null, previous: number | null): number | null {
  return current === null || previous === null ? null : roundedMinutes(current - previous);
}
