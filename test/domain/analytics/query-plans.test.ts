import { expect, it } from 'vitest';
import { agentPerformance } from '../../../src/domain/analytics/agent-performance.ts';
import { comparison } from '../../../src/domain/analytics/comparison.ts';
import type { QueryContext } from '../../../src/domain/analytics/query-context.ts';
import { phaseDurations } from '../../../src/domain/analytics/phase-durations.ts';
import { firstPasses, reworkByAgent } from '../../../src/domain/analytics/rework.ts';
import { phaseDurationTrend } from '../../../src/domain/analytics/trend.ts';
import { queries } from '../../../src/worker/queries.ts';
import { workflowTables } from '../../../src/domain/analytics/workflow-tables.ts';
import { defineAbortCheck } from '../../../src/db/sqlite/abort-check.ts';
import type { Sql } from '../../../src/db/statements.ts';
import { type AnalyticsDatabase, openAnalyticsDatabase } from '../../support/analytics-database.ts';
import { compiled } from '../../support/compiled.ts';

interface Plan {
  /** The output of EXPLAIN QUERY PLAN. */
  steps: string[];
  /** Whether the statement reads rows of task_sessions, and not only an index. */
  readsTable: boolean;
}

/** The plans of the statements of a query that read ended sessions, or open ones. */
function plansOf<Given>(
  { ask, connection, workflow }: AnalyticsDatabase,
  query: (context: QueryContext, given: Given) => unknown,
  given: Given,
  about: 'ended' | 'open' = 'ended',
): Plan[] {
  defineAbortCheck(connection, () => {});
  connection.exec(
    `DROP TABLE IF EXISTS workflow_statuses; DROP TABLE IF EXISTS workflow_phases; ${workflowTables(workflow)}`,
  );
  const table = connection
    .prepare<[], number>(`SELECT rootpage FROM sqlite_schema WHERE name = 'task_sessions'`)
    .pluck()
    .get();
  const plans: Plan[] = [];
  const explain = (statement: Sql) => {
    const { sql, parameters: values } = compiled(statement);
    if (/session\.ended_at IS NULL/.test(sql) !== (about === 'open')) return;
    const parameters = values.map(() => '2026-01-01');
    const steps = connection
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(parameters);
    const program = connection
      .prepare<unknown[], { opcode: string; p1: number; p2: number }>(`EXPLAIN ${sql}`)
      .all(parameters);
    const cursors = new Set(
      program.filter(({ opcode, p2 }) => opcode === 'OpenRead' && p2 === table).map(({ p1 }) => p1),
    );
    plans.push({
      steps: steps.map(({ detail }) => detail),
      readsTable: program.some(({ opcode, p1 }) => opcode === 'Column' && cursors.has(p1)),
    });
  };
  const watching = (context: QueryContext) =>
    query(
      {
        ...context,
        snapshot: {
          ...context.snapshot,
          all: (statement) => {
            explain(statement);
            return context.snapshot.all(statement);
          },
          iterate: (statement) => {
            explain(statement);
            return context.snapshot.iterate(statement);
          },
        },
      },
      given,
    );
  ask(watching, undefined);
  return plans;
}

const window = { since: new Date('2026-01-01'), until: new Date('2026-01-08') };

it.each<[string, index: RegExp, (database: AnalyticsDatabase) => Plan[]]>([
  [
    'phase durations',
    /INDEX idx_task_sessions_ended_by_phase/,
    (database) => plansOf(database, phaseDurations, { filter: {} }),
  ],
  [
    'phase durations of one phase in a window',
    /SEARCH session USING INDEX idx_task_sessions_ended_by_phase \(phase=\? AND ended_at>\? AND ended_at<\?\)/,
    (database) => plansOf(database, phaseDurations, { filter: { ...window, phase: 'qa' } }),
  ],
  [
    'agent performance',
    /INDEX idx_task_sessions_ended_by_agent/,
    (database) => plansOf(database, agentPerformance, { filter: {} }),
  ],
  [
    'phase durations of an agent or a type',
    /INDEX idx_task_sessions_ended_by_phase/,
    (database) => plansOf(database, phaseDurations, { filter: { agent: 'backend' } }),
  ],
  [
    'agent performance of an agent or a type',
    /INDEX idx_task_sessions_ended_by_agent/,
    (database) => plansOf(database, agentPerformance, { filter: { agent: 'backend' } }),
  ],
])(
  'the query of %s scans one index, without reading the table and without sorting',
  async (_name, index, plan) => {
    const plans = plan(await openAnalyticsDatabase());

    expect(plans).not.toHaveLength(0);
    for (const { steps, readsTable } of plans) {
      expect(steps.filter((step) => step.includes('session '))).toEqual([expect.stringMatching(index)]);
      expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
      expect(readsTable).toBe(false);
    }
  },
);

it.each<[string, (database: AnalyticsDatabase) => Plan[]]>([
  ['phase durations', (database) => plansOf(database, phaseDurations, { filter: window })],
  ['agent performance', (database) => plansOf(database, agentPerformance, { filter: window })],
  ['a comparison', (database) => plansOf(database, comparison, { filter: window })],
  ['a trend', (database) => plansOf(database, phaseDurationTrend, { filter: window, bucket: 'DAY' })],
  [
    'phase durations of an agent or a type',
    (database) => plansOf(database, phaseDurations, { filter: { ...window, agent: 'backend' } }),
  ],
  [
    'agent performance of an agent or a type',
    (database) => plansOf(database, agentPerformance, { filter: { ...window, agent: 'backend' } }),
  ],
])(
  'the query of %s in a window reads a range of an index, without reading the table',
  async (_name, plan) => {
    const plans = plan(await openAnalyticsDatabase());

    expect(plans).not.toHaveLength(0);
    for (const { steps, readsTable } of plans) {
      expect(steps).toContainEqual(
        expect.stringMatching(
          /^SEARCH session USING INDEX idx_task_sessions_ended \(ended_at>\? AND ended_at<\?\)/,
        ),
      );
      expect(readsTable).toBe(false);
    }
  },
);

it('rework is found with an index of the rejections of the task', async () => {
  const database = await openAnalyticsDatabase();
  for (const plans of [
    plansOf(database, reworkByAgent, { filter: {} }),
    plansOf(database, firstPasses, { filter: {} }),
  ]) {
    const [{ steps } = { steps: [] }] = plans;
    expect(steps).toContainEqual(
      expect.stringMatching(
        /^SEARCH rejection USING COVERING INDEX idx_task_sessions_rejected \(task_id=\? AND ended_at>\?\)/,
      ),
    );
  }
});

it('an earlier attempt is found with an index of the results of the task', async () => {
  const [{ steps } = { steps: [] }] = plansOf(await openAnalyticsDatabase(), firstPasses, { filter: {} });
  expect(steps).toContainEqual(
    expect.stringMatching(/^SEARCH earlier USING INDEX idx_task_sessions_results \(task_id=\?\)/),
  );
});

it('open sessions are read from an index of open sessions', async () => {
  const database = await openAnalyticsDatabase();
  for (const plans of [
    plansOf(database, phaseDurations, { filter: {} }, 'open'),
    plansOf(database, agentPerformance, { filter: {} }, 'open'),
    plansOf(database, phaseDurations, { filter: { agent: 'backend' } }, 'open'),
    plansOf(database, agentPerformance, { filter: { agent: 'backend' } }, 'open'),
  ]) {
    expect(plans).toHaveLength(1);
    expect(plans[0]?.steps[0]).toMatch(/^SCAN session USING INDEX idx_task_sessions_active_/);
  }
});

it.each<[string, (database: AnalyticsDatabase) => Plan[]]>([
  ['phaseFlow', (database) => plansOf(database, queries.phaseFlow, { filter: {}, waitsToList: 10 })],
  ['taskTimelines', (database) => plansOf(database, queries.taskTimelines, { taskIds: [1, 2, 3] })],
  ['throughput', (database) => plansOf(database, queries.throughput, { filter: {}, spans: [window] })],
  [
    'cumulativeFlow',
    (database) => plansOf(database, queries.cumulativeFlow, { filter: {}, spans: [window] }),
  ],
  ['firstCreation', (database) => plansOf(database, queries.firstCreation, { filter: {} })],
  ['taskAges', (database) => plansOf(database, queries.taskAges, { taskIds: [1, 2, 3] })],
])(
  '%s reads the history and the sessions of a task with an index and without sorting',
  async (_name, plan) => {
    const steps = plan(await openAnalyticsDatabase()).flatMap((found) => found.steps);
    expect(steps).toContainEqual(expect.stringMatching(/USING (COVERING )?INDEX idx_task_history_task_id/));
    expect(steps).not.toContainEqual(expect.stringMatching(/^SCAN (task_history|task_sessions|session)$/));
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
  },
);

it('the sessions of a count are read from a range of an index, in order', async () => {
  const database = await openAnalyticsDatabase();
  for (const narrowed of [{ phase: 'qa' }, { agentId: 'ada' }]) {
    const [{ steps } = { steps: [] }] = plansOf(database, queries.sessionPage, {
      filter: { active: false, endedSince: window.since, ...narrowed },
      orderBy: 'endedAt',
      ascending: false,
      after: undefined,
      atMost: 50,
      revision: 1,
    });
    expect(steps[0]).toMatch(/^SEARCH session USING INDEX idx_task_sessions_ended_by_(phase|agent)/);
    // Only sessions that ended at the same instant are sorted.
    expect(steps.slice(1)).toEqual(['USE TEMP B-TREE FOR LAST TERM OF ORDER BY']);
  }
});

it('the check detects a sort and a read of the table', async () => {
  const database = await openAnalyticsDatabase();
  for (const index of ['ended', 'ended_by_phase', 'ended_by_agent'])
    database.connection.exec(`DROP INDEX idx_task_sessions_${index}`);
  const [{ steps, readsTable } = { steps: [], readsTable: false }] = plansOf(database, phaseDurations, {
    filter: {},
  });
  expect(steps).toContainEqual(expect.stringContaining('TEMP B-TREE'));
  expect(readsTable).toBe(true);
});
