import { agentPerformance } from '../domain/analytics/agent-performance.ts';
import { taskAges } from '../domain/analytics/aging.ts';
import { comparison } from '../domain/analytics/comparison.ts';
import { cumulativeFlow } from '../domain/analytics/cumulative-flow.ts';
import { phaseFlow } from '../domain/analytics/flow.ts';
import type { Inquiry } from '../domain/analytics/query-context.ts';
import { openTasksCount, openTasksPage, taskPlace } from '../domain/analytics/open-tasks.ts';
import { phaseDurations } from '../domain/analytics/phase-durations.ts';
import { type Fate, firstPasses, hasFate, sentBackWork } from '../domain/analytics/rework.ts';
import { firstCreation } from '../domain/analytics/task-histories.ts';
import { taskLives } from '../domain/analytics/task-timelines.ts';
import { throughput } from '../domain/analytics/throughput.ts';
import { phaseDurationTrend } from '../domain/analytics/trend.ts';
import { unlessGivenUp } from '../db/sqlite/snapshot.ts';
import { sessionsAsCsv } from '../domain/export/session-rows.ts';
import { Prisma } from '../db/generated/prisma/client.ts';
import type { SessionFilter } from '../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../domain/sessions/pages.ts';
import { type TaskFilter, tasksCondition } from '../domain/tasks/filter.ts';

const whileWanted = unlessGivenUp(Prisma.sql`session.id`);

/**
 * Answers what was counted, and the latest revision of sessions then: a list of those that were counted is read later,
 * when more of them may be over, and goes up to that one.
 */
function counting<Given, Counted>(count: (inquiry: Inquiry, given: Given) => Counted) {
  return (inquiry: Inquiry, given: Given): { counted: Counted; revision: number } => {
    const [row] = inquiry.snapshot.all<{ latest: number }>(
      Prisma.sql`SELECT latest FROM task_session_revisions`,
    );
    return { counted: count(inquiry, given), revision: row?.latest ?? 0 };
  };
}

/** Everything that can be asked of the background, by name: a function of what is committed and its parameters. */
export const questions = {
  phaseDurations: counting(phaseDurations),
  phaseDurationTrend: counting(phaseDurationTrend),
  comparison: counting(comparison),
  agentPerformance: counting(agentPerformance),
  sentBackWork: counting(sentBackWork),
  firstPasses: counting(firstPasses),
  phaseFlow: counting(phaseFlow),
  taskLives,
  sessionPage: ({ snapshot, now }: Inquiry, { fate, ...page }: SessionPage & { fate?: Fate | undefined }) => {
    const also =
      fate === undefined ? whileWanted : Prisma.sql`${whileWanted} AND ${hasFate(fate, page.revision)}`;
    return snapshot.all<{ id: number }>(selectPage(page, now, also)).map(({ id }) => id);
  },
  openTasksPage,
  openTasksCount,
  taskPlace,
  taskAges,
  throughput,
  cumulativeFlow,
  firstCreation: ({ snapshot, workflow }: Inquiry, { filter }: { filter: TaskFilter }): number | null =>
    firstCreation(snapshot, tasksCondition(workflow, filter)),
  sessionsAsCsv,
  sessionCount: ({ snapshot, now }: Inquiry, { filter }: { filter: SessionFilter }): number =>
    snapshot.all<{ count: number }>(selectCount(filter, now, whileWanted))[0]?.count ?? 0,
};

export type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type Parameters<Name extends QuestionName> = Questions[Name] extends (
  inquiry: Inquiry,
  parameters: infer Given,
) => unknown
  ? Given
  : never;
export type Answer<Name extends QuestionName> = ReturnType<Questions[Name]>;

/** Answers a question by its name. */
export function answerTo<Name extends QuestionName>(
  name: Name,
  inquiry: Inquiry,
  parameters: Parameters<Name>,
): Answer<Name> {
  const byName: {
    [Each in QuestionName]: (inquiry: Inquiry, parameters: Parameters<Each>) => Answer<Each>;
  } = questions;
  return byName[name](inquiry, parameters);
}
