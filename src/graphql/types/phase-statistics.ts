import { endedSessions, type AnalyticsFilter } from '../../domain/analytics/filter.ts';
import type { PhaseSessionStatistics } from '../../domain/analytics/phase-durations.ts';
import { builder } from '../builder.ts';
import { endedCount } from './descriptions.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

export interface PhaseStatisticsRow extends CountedSessions {
  phase: string;
}

export const PhaseStatistics = builder.objectRef<PhaseStatisticsRow>('PhaseStatistics').implement({
  description: 'Durations and outcomes of the sessions in one workflow phase, in one time window.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description: 'The workflow phase in which the sessions started, for example `review`.',
    }),
    sessionCount: t.int({
      description: endedCount,
      resolve: ({ statistics }) => statistics.sessions,
    }),
  }),
});

/** Adds a filter to a row of statistics. The filter selects exactly the counted sessions. */
export function withCountedSessions<Row extends PhaseSessionStatistics>(
  row: Row,
  filter: AnalyticsFilter,
  revision: number,
): Row & CountedSessions {
  return { ...row, counted: { filter: { ...endedSessions(filter), phase: row.phase }, revision } };
}
