import fc from 'fast-check';
import { expect } from 'vitest';
import { agentPerformance } from '../../src/domain/analytics/agent-performance.ts';
import { comparison } from '../../src/domain/analytics/comparison.ts';
import type { AnalyticsFilter } from '../../src/domain/analytics/filter.ts';
import { phaseDurations } from '../../src/domain/analytics/phase-durations.ts';
import { firstPasses, reworkByAgent } from '../../src/domain/analytics/rework.ts';
import type { SessionStatistics } from '../../src/domain/analytics/session-statistics.ts';
import { phaseDurationTrend } from '../../src/domain/analytics/trend.ts';
import { type AnalyticsDatabase, openAnalyticsDatabase, type SessionRow } from './analytics-database.ts';
import { type ExportedRow, isChosen, isCounted, isEnded, statisticsOf } from './independent-statistics.ts';

const firstDay = Date.UTC(2026, 0, 1);
const minute = 60_000;
/** 'sealing' is a phase of an earlier workflow. */
const phases = ['planning', 'development', 'review', 'qa', 'approval', 'done', 'sealing'];
const ranks = new Map(phases.slice(0, 6).map((phase, rank) => [phase, rank]));
const targets = [
  ['ready_for_refinement', 0],
  ['in_development', 1],
  ['ready_for_qa', 3],
  ['blocked', undefined],
  [null, undefined],
] as const;
const rankOfTarget = new Map<string | null, number | undefined>(targets);

/** One agent id equals an agent type. Few values, so that ties, single rows, empty phases and empty data occur. */
const session: fc.Arbitrary<SessionRow> = fc
  .record({
    task_id: fc.integer({ min: 1, max: 12 }),
    agent_id: fc.constantFrom('ada', 'bob', 'cyd', 'qa'),
    agent_type: fc.constantFrom('backend', 'qa', null),
    phase: fc.constantFrom(...phases),
    startedAfter: fc.integer({ min: 0, max: 30 * 24 * 60 }),
    duration: fc.constantFrom(0, 0.5, 1, 10, 10, 30, 45.25, 600),
    outcome: fc.constantFrom('completed', 'completed', 'completed', 'rejected', 'blocked', 'abandoned', null),
    target: fc.constantFrom(...targets),
  })
  .map(({ startedAfter, duration, outcome, target: [closed_to], ...row }) => {
    const startedMs = firstDay + startedAfter * minute;
    return {
      ...row,
      outcome,
      started_at: new Date(startedMs),
      ended_at: outcome === null ? null : new Date(startedMs + duration * minute),
      closed_to: outcome === null ? null : closed_to,
    };
  });

/** A task has at most one open session. */
const dataSet = fc
  .array(session, { maxLength: 45, size: 'max' })
  .map((rows) =>
    rows.filter(
      (row, index) =>
        row.ended_at !== null ||
        rows.findIndex((other) => other.ended_at === null && other.task_id === row.task_id) === index,
    ),
  );

/** One of the values, with a chance of 1 in n; otherwise nothing. */
const onceIn = <Value>(times: number, ...values: Value[]) =>
  fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );
const filter: fc.Arbitrary<AnalyticsFilter> = fc.record({
  since: onceIn(3, new Date(firstDay), new Date(firstDay + 10 * 24 * 60 * minute)),
  until: onceIn(3, new Date(firstDay + 20 * 24 * 60 * minute)),
  epicKey: onceIn(5, 'E01', 'E02'),
  featureKey: onceIn(9, 'E01-F01', 'E02-F02'),
  agent: onceIn(9, 'ada', 'backend', 'qa', 'nobody'),
  agentId: onceIn(9, 'ada', 'nobody'),
  agentType: onceIn(9, 'backend', 'qa'),
  phase: onceIn(9, 'review', 'sealing'),
});

/** Sums of fractions can differ in the last digit if their order differs. */
const near = (statistics: SessionStatistics) => ({
  ...statistics,
  totalMinutes: expect.closeTo(statistics.totalMinutes, 2),
  averageMinutes: statistics.averageMinutes === null ? null : expect.closeTo(statistics.averageMinutes, 2),
});

function exported({ connection }: AnalyticsDatabase): ExportedRow[] {
  return connection
    .prepare<
      [],
      Omit<ExportedRow, 'started_at' | 'ended_at'> & { started_at: string; ended_at: string | null }
    >(
      `SELECT session.*, session.duration_minutes AS duration, feature.key AS feature, epic.key AS epic
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id
         JOIN features feature ON feature.id = task.feature_id JOIN epics epic ON epic.id = feature.epic_id`,
    )
    .all()
    .map((row) => ({
      ...row,
      started_at: new Date(row.started_at),
      ended_at: row.ended_at === null ? null : new Date(row.ended_at),
    }));
}

/** Compares every statistic with an independent computation on this number of random data sets. */
export async function expectIndependentStatistics(dataSets: number): Promise<void> {
  const database = await openAnalyticsDatabase();
  const seen = {
    ties: 0,
    singleRows: 0,
    emptyPhases: 0,
    allAbandoned: 0,
    nothing: 0,
    rework: 0,
    passed: 0,
  };

  fc.assert(
    fc.property(dataSet, filter, (sessions, chosen) => {
      database.fill(sessions);
      const rows = exported(database);
      const counted = rows.filter((row) => isCounted(row, chosen));
      const open = rows.filter((row) => !isEnded(row) && isChosen(row, chosen));
      const shown = phases.filter(
        (phase) =>
          (chosen.phase === undefined || chosen.phase === phase) &&
          (ranks.has(phase) || [...counted, ...open].some((row) => row.phase === phase)),
      );

      expect(database.ask(phaseDurations, { filter: chosen })).toEqual(
        shown.map((phase) => ({
          phase,
          statistics: near(statisticsOf(counted.filter((row) => row.phase === phase))),
          active: open.filter((row) => row.phase === phase).length,
        })),
      );

      const agents = database.ask(agentPerformance, { filter: chosen });
      expect(agents.map(({ agentId, statistics, active }) => ({ agentId, statistics, active }))).toEqual(
        [...new Set([...counted, ...open].map((row) => row.agent_id))]
          .map((agentId) => ({
            agentId,
            statistics: near(statisticsOf(counted.filter((row) => row.agent_id === agentId))),
            active: open.filter((row) => row.agent_id === agentId).length,
          }))
          .toSorted(
            (one, other) =>
              other.statistics.sessions - one.statistics.sessions ||
              other.active - one.active ||
              one.agentId.localeCompare(other.agentId),
          ),
      );

      expectTrend(database, chosen, counted);
      expectComparison(database, chosen, rows);
      expectRework(database, chosen, rows, counted);

      seen.nothing += Number(counted.length === 0);
      for (const phase of shown) {
        const durations = counted.filter((row) => row.phase === phase).map(({ duration }) => duration);
        seen.emptyPhases += Number(durations.length === 0);
        seen.singleRows += Number(durations.length === 1);
        seen.ties += Number(new Set(durations).size < durations.length);
      }
      seen.allAbandoned += agents.filter(
        ({ statistics }) => statistics.sessions > 0 && statistics.abandoned === statistics.sessions,
      ).length;
      seen.rework += database.ask(reworkByAgent, { filter: chosen }).filter((row) => row.rework > 0).length;
      seen.passed += database.ask(firstPasses, { filter: chosen }).filter((row) => row.passed > 0).length;
    }),
    { numRuns: dataSets },
  );

  // All special cases occurred.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(dataSets / 20);
}

function expectTrend(database: AnalyticsDatabase, chosen: AnalyticsFilter, counted: ExportedRow[]): void {
  for (const bucket of ['DAY', 'WEEK', 'MONTH'] as const) {
    const trend = database.ask(phaseDurationTrend, { filter: chosen, bucket });
    for (const [index, { since, until, phases: found }] of trend.entries()) {
      if (index > 0) expect(since).toEqual(trend[index - 1]?.until);
      for (const { phase, statistics } of found)
        expect(statistics).toEqual(
          near(
            statisticsOf(
              counted.filter(
                (row) =>
                  row.phase === phase &&
                  row.ended_at !== null &&
                  row.ended_at >= since &&
                  row.ended_at < until,
              ),
            ),
          ),
        );
    }
    const inBuckets = trend.flatMap(({ phases: found }) =>
      found.map(({ statistics }) => statistics.sessions),
    );
    expect(inBuckets.reduce((sum, sessions) => sum + sessions, 0)).toBe(counted.length);
  }
}

function expectComparison(database: AnalyticsDatabase, chosen: AnalyticsFilter, rows: ExportedRow[]): void {
  const until = new Date(firstDay + 20 * 24 * 60 * minute);
  const middle = new Date(firstDay + 12 * 24 * 60 * minute);
  const since = new Date(firstDay + 4 * 24 * 60 * minute);
  const { phases: found } = database.ask(comparison, { filter: { ...chosen, since: middle, until } });
  for (const { phase, current, previous } of found) {
    const statistics = (window: AnalyticsFilter) =>
      near(statisticsOf(rows.filter((row) => isCounted(row, { ...chosen, ...window, phase }))));
    expect([current.statistics, previous.statistics]).toEqual([
      statistics({ since: middle, until }),
      statistics({ since, until: middle }),
    ]);
  }
}

function expectRework(
  database: AnalyticsDatabase,
  chosen: AnalyticsFilter,
  rows: ExportedRow[],
  counted: ExportedRow[],
): void {
  const ended = (row: ExportedRow) => row.ended_at?.getTime() ?? Number.NaN;
  const isReworked = (row: ExportedRow) => {
    const rank = ranks.get(row.phase);
    return rows.some((later) => {
      const target = rankOfTarget.get(later.closed_to);
      return (
        later.task_id === row.task_id &&
        later.outcome === 'rejected' &&
        (ended(later) > ended(row) || (ended(later) === ended(row) && later.id > row.id)) &&
        rank !== undefined &&
        target !== undefined &&
        target <= rank
      );
    });
  };
  const completed = counted.filter((row) => row.outcome === 'completed');
  const byAgent = database.ask(reworkByAgent, { filter: chosen });
  expect(byAgent.toSorted((one, other) => one.agentId.localeCompare(other.agentId))).toEqual(
    [...new Set(completed.map((row) => row.agent_id))].toSorted().map((agentId) => {
      const own = completed.filter((row) => row.agent_id === agentId);
      return { agentId, completed: own.length, rework: own.filter(isReworked).length };
    }),
  );

  const cameToResult = (row: ExportedRow) => row.outcome === 'completed' || row.outcome === 'rejected';
  const isFirst = (row: ExportedRow) =>
    cameToResult(row) &&
    !rows.some(
      (other) =>
        other.task_id === row.task_id &&
        other.phase === row.phase &&
        cameToResult(other) &&
        (ended(other) < ended(row) || (ended(other) === ended(row) && other.id < row.id)),
    );
  const first = counted.filter(isFirst);
  const byPhase = database.ask(firstPasses, { filter: chosen });
  expect(byPhase.toSorted((one, other) => one.phase.localeCompare(other.phase))).toEqual(
    [...new Set(first.map((row) => row.phase))].toSorted().map((phase) => {
      const own = first.filter((row) => row.phase === phase);
      const passed = own.filter((row) => row.outcome === 'completed' && !isReworked(row));
      return { phase, tasks: own.length, passed: passed.length };
    }),
  );
}
