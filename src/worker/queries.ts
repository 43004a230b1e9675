import { agentPerformance } from '../domain/analytics/agent-performance.ts';
import { taskAges } from '../domain/analytics/aging.ts';
import { latestRevision, sessionCount, sessionPage } from '../domain/analytics/counted-sessions.ts';
import { comparison } from '../domain/analytics/comparison.ts';
import { cumulativeFlow } from '../domain/analytics/cumulative-flow.ts';
import { phaseFlow } from '../domain/analytics/flow.ts';
import type { QueryContext } from '../domain/analytics/query-context.ts';
import { openTasksCount, openTasksPage, taskPosition } from '../domain/analytics/open-tasks.ts';
import { phaseDurations } from '../domain/analytics/phase-durations.ts';
import { firstPasses, reworkByAgent } from '../domain/analytics/rework.ts';
import { taskTimelines } from '../domain/analytics/task-timelines.ts';
import { throughput } from '../domain/analytics/throughput.ts';
import { phaseDurationTrend } from '../domain/analytics/trend.ts';
import { sessionsAsCsv } from '../domain/export/session-rows.ts';
import { type TaskFilter, tasksCondition } from '../domain/tasks/filter.ts';
import { firstCreation, usedStatuses } from '../domain/tasks/task-history.ts';

/**
 * Adds the latest session revision to a result. Later requests can then ignore sessions that ended after this revision.
 */
function withRevision<Given, Counted>(count: (context: QueryContext, given: Given) => Counted) {
  return (context: QueryContext, given: Given): { counted: Counted; revision: number } => {
    const revision = latestRevision(context.snapshot);
    return { counted: count(context, given), revision };
  };
}

/** All analytics queries, by name. They do not change the database. Parameters and results are plain data. */
export const queries = {
  phaseDurations: withRevision(phaseDurations),
  phaseDurationTrend: withRevision(phaseDurationTrend),
  comparison: withRevision(comparison),
  agentPerformance: withRevision(agentPerformance),
  reworkByAgent: withRevision(reworkByAgent),
  firstPasses: withRevision(firstPasses),
  phaseFlow: withRevision(phaseFlow),
  taskTimelines,
  sessionPage,
  openTasksPage,
  openTasksCount,
  taskPosition,
  taskAges,
  throughput,
  cumulativeFlow,
  firstCreation: ({ snapshot, workflow }: QueryContext, { filter }: { filter: TaskFilter }): number | null =>
    firstCreation(snapshot, tasksCondition(workflow, filter)),
  usedStatuses: ({ snapshot }: QueryContext): string[] => usedStatuses(snapshot),
  sessionsAsCsv,
  sessionCount,
};

export type Queries = typeof queries;
export type QueryName = keyof Queries;
export type QueryParameters<Name extends QueryName> = Queries[Name] extends (
  context: QueryContext,
  parameters: infer Given,
) => unknown
  ? Given
  : never;
export type QueryResult<Name extends QueryName> = ReturnType<Queries[Name]>;

/** Runs the analytics query `name` in the calling thread. */
export function runQuery<Name extends QueryName>(
  name: Name,
  context: QueryContext,
  parameters: QueryParameters<Name>,
): QueryResult<Name> {
  const byName: {
    [Each in QueryName]: (context: QueryContext, parameters: QueryParameters<Each>) => QueryResult<Each>;
  } = queries;
  return byName[name](context, parameters);
}
