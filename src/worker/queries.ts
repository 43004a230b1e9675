import { agentPerformance } from '../domain/analytics/agent-performance.ts';
import { taskAges } from '../domain/analytics/aging.ts';
import { comparison } from '../domain/analytics/comparison.ts';
import { cumulativeFlow } from '../domain/analytics/cumulative-flow.ts';
import { phaseFlow } from '../domain/analytics/flow.ts';
import type { QueryContext } from '../domain/analytics/query-context.ts';
import { openTasksCount, openTasksPage, taskPosition } from '../domain/analytics/open-tasks.ts';
import { phaseDurations } from '../domain/analytics/phase-durations.ts';
import {
  type ReworkOutcome,
  firstPasses,
  hasReworkOutcome,
  reworkByAgent,
} from '../domain/analytics/rework.ts';
import { taskTimelines } from '../domain/analytics/task-timelines.ts';
import { throughput } from '../domain/analytics/throughput.ts';
import { phaseDurationTrend } from '../domain/analytics/trend.ts';
import { abortCheck } from '../db/sqlite/abort-check.ts';
import { sessionsAsCsv } from '../domain/export/session-rows.ts';
import { Prisma } from '../db/generated/prisma/client.ts';
import type { SessionFilter } from '../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../domain/sessions/pages.ts';
import { type TaskFilter, tasksCondition } from '../domain/tasks/filter.ts';
import { firstCreation } from '../domain/tasks/task-history.ts';

const notAborted = abortCheck(Prisma.sql`session.id`);

/**
 * Adds the latest session revision to a result. Later requests can then ignore sessions that ended after this revision.
 */
function withRevision<Given, Counted>(count: (context: QueryContext, given: Given) => Counted) {
  return (context: QueryContext, given: Given): { counted: Counted; revision: number } => {
    const [row] = context.snapshot.all<{ latest: number }>(
      Prisma.sql`SELECT latest FROM task_session_revisions`,
    );
    return { counted: count(context, given), revision: row?.latest ?? 0 };
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
  sessionPage: (
    { snapshot, now }: QueryContext,
    { reworkOutcome, ...page }: SessionPage & { reworkOutcome?: ReworkOutcome | undefined },
  ) => {
    const also =
      reworkOutcome === undefined
        ? notAborted
        : Prisma.sql`${notAborted} AND ${hasReworkOutcome(reworkOutcome, page.revision)}`;
    return snapshot.all<{ id: number }>(selectPage(page, now, also)).map(({ id }) => id);
  },
  openTasksPage,
  openTasksCount,
  taskPosition,
  taskAges,
  throughput,
  cumulativeFlow,
  firstCreation: ({ snapshot, workflow }: QueryContext, { filter }: { filter: TaskFilter }): number | null =>
    firstCreation(snapshot, tasksCondition(workflow, filter)),
  sessionsAsCsv,
  sessionCount: ({ snapshot, now }: QueryContext, { filter }: { filter: SessionFilter }): number =>
    snapshot.all<{ count: number }>(selectCount(filter, now, notAborted))[0]?.count ?? 0,
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
