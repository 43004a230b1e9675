import { endedSessions, type AnalyticsFilter } from '../../domain/analytics/filter.ts';
import type { PhaseSessionStatistics } from '../../domain/analytics/phase-durations.ts';
import { builder } from '../builder.ts';
import { type CountedSessions, SessionStatistics } from './session-statistics.ts';

export interface PhaseStatisticsRow extends CountedSessions {
  phase: string;
}

export const PhaseStatistics = builder.objectRef<PhaseStatisticsRow>('PhaseStatistics').implement({
  description: 'What the sessions of one phase add up to in some segment of time.',
  interfaces: [SessionStatistics],
  fields: (t) => ({
    phase: t.exposeString('phase', { description: 'The phase, as it was when the work was claimed.' }),
    sessionCount: t.int({
      description: 'How many sessions ended in that time: those that the other numbers are about.',
      resolve: ({ statistics }) => statistics.sessions,
    }),
  }),
});

/** A tally, and which sessions were counted for it. */
export function ofPhase<Row extends PhaseSessionStatistics>(
  row: Row,
  filter: AnalyticsFilter,
  revision: number,
): Row & CountedSessions {
  return { ...row, counted: { filter: { ...endedSessions(filter), phase: row.phase }, revision } };
}
