import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import { sessionsWhere } from '../sessions/filter.ts';
import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import { type AnalyticsFilter, endedSessions, openSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import {
  emptySessionStatistics,
  readSessionStatistics,
  type SessionStatistics,
  sessionStatisticsColumn,
  type SessionStatisticsRow,
} from './session-statistics.ts';

/** Statistics of the ended sessions of one phase. */
export interface PhaseSessionStatistics {
  readonly phase: string;
  readonly statistics: SessionStatistics;
}

export interface PhaseDuration extends PhaseSessionStatistics {
  /** The number of sessions of the phase that are open now. */
  readonly active: number;
}

/** Returns one row for each phase, in workflow order. Phases outside the workflow come last. */
export function phaseDurations(
  context: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): PhaseDuration[] {
  const { snapshot, workflow, now } = context;
  const open = snapshot.all<{ phase: string; active: number }>(sql`
    SELECT session.phase AS phase, COUNT(*) AS active
    FROM task_sessions session
    WHERE ${sessionsWhere(openSessions(filter), now)}
    GROUP BY +session.phase`);
  const statistics = statisticsByPhase(context, filter);
  const active = new Map(open.map((row) => [row.phase, row.active]));
  return phasesToShow(workflow, filter, [...statistics.keys(), ...active.keys()]).map((phase) => ({
    phase,
    statistics: statistics.get(phase) ?? emptySessionStatistics,
    active: active.get(phase) ?? 0,
  }));
}

/** Returns session statistics by phase. Omits phases in which no session ended in the time window. */
export function statisticsByPhase(
  { snapshot, now }: QueryContext,
  filter: AnalyticsFilter,
): ReadonlyMap<string, SessionStatistics> {
  // Row by row, because the collected sessions of all phases together would take more memory.
  const ended = snapshot.iterate<SessionStatisticsRow & { phase: string }>(sql`
    SELECT session.phase AS phase, ${sessionStatisticsColumn}
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.phase`);
  return new Map(Array.from(ended, ({ phase, ...row }) => [phase, readSessionStatistics(row)]));
}

/**
 * Returns the phases of the workflow and the phases in `found`, in workflow order. If the filter names a phase, returns
 * only that phase.
 */
export function phasesToShow(
  workflow: Workflow,
  { phase }: Pick<AnalyticsFilter, 'phase'>,
  found: readonly string[],
): string[] {
  return [...new Set([...workflow.phases, ...found])]
    .filter((known) => typeof phase !== 'string' || known === phase)
    .toSorted((one, other) => comparePhases(workflow, one, other));
}
