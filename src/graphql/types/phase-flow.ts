import { type AnalyticsFilter as Choice, endedSessions } from '../../domain/analytics/filter.ts';
import {
  checkFlowFilter,
  type PhaseFlow as Flow,
  type SegmentSummary,
  type Wait,
} from '../../domain/analytics/flow.ts';
import { flowEfficiencyPct, minutesSpent } from '../../domain/analytics/time-spent.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { Task, TaskSession } from '../node-types.ts';
import { pageOf } from '../pagination/connection.ts';
import {
  averageDuration,
  flowEfficiency,
  medianDuration,
  minutesIn,
  percentileDuration,
  totalDuration,
} from './descriptions.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import type { Context } from '../context.ts';
import { maxPageSize } from '../pagination/page.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { TaskSessionConnection } from './session.ts';

/** The time that tasks spent in a phase, and the filter that selects the counted sessions. */
export interface PhaseFlowRow extends Flow {
  counted: CountedFilter;
}

/**
 * Returns the time that tasks spent in each phase, in workflow order. Throws an OperationError if the filter
 * is invalid.
 */
export async function findPhaseFlow(
  given: Choice | null | undefined,
  context: Pick<Context, 'database' | 'workflow' | 'analyticsWorker'>,
): Promise<PhaseFlowRow[]> {
  const filter = await withExistingNames(checkFlowFilter(given ?? {}), context);
  const { counted: rows, revision } = await context.analyticsWorker.run('phaseFlow', {
    filter,
    waitsToList: maxPageSize,
  });
  return rows.map((row) => ({
    ...row,
    counted: { filter: { ...endedSessions(filter), phase: row.phase }, revision },
  }));
}

const minutesOf = (milliseconds: number | null) =>
  milliseconds === null ? null : roundedMinutes(milliseconds / 60_000);

const DurationStatistics = builder
  .objectRef<SegmentSummary & { totalMinutes: number }>('DurationStatistics')
  .implement({
    description: 'Statistics of periods, for example of waits for an agent. Only ended periods are counted.',
    fields: (t) => ({
      count: t.exposeInt('count', {
        description: 'The number of periods on which these statistics are based.',
      }),
      totalMinutes: t.exposeFloat('totalMinutes', { description: totalDuration }),
      averageMinutes: t.float({
        nullable: true,
        description: averageDuration,
        resolve: ({ count, total }) => (count === 0 ? null : minutesOf(total / count)),
      }),
      medianMinutes: t.float({
        nullable: true,
        description: medianDuration,
        resolve: ({ median }) => minutesOf(median),
      }),
      p85Minutes: t.float({
        nullable: true,
        description: percentileDuration(85),
        resolve: ({ p85 }) => minutesOf(p85),
      }),
      p90Minutes: t.float({
        nullable: true,
        description: percentileDuration(90),
        resolve: ({ p90 }) => minutesOf(p90),
      }),
    }),
  });

const WaitingTime = builder.objectRef<Wait>('WaitingTime').implement({
  description: 'A period in which a task waited in a `ready_for_*` status.',
  fields: (t) => ({
    task: t.field({
      type: Task,
      nullable: true,
      description: 'The task that waited. Null if the task was deleted while the query was running.',
      resolve: ({ taskId }, _arguments, { loaders }) => loaders.task.load(taskId),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'When the task entered the `ready_for_*` status.',
      resolve: ({ since }) => new Date(since),
    }),
    until: t.field({
      type: 'DateTime',
      description: 'The end of the wait: an agent claimed the task, or the task status changed.',
      resolve: ({ until }) => new Date(until),
    }),
    minutes: t.float({
      description: 'The length of the wait in minutes.',
      resolve: ({ since, until }) => roundedMinutes((until - since) / 60_000),
    }),
  }),
});

export const PhaseFlow = builder.objectRef<PhaseFlowRow>('PhaseFlow').implement({
  description:
    'How tasks spent their time in one workflow phase. Only ended periods, for example closed sessions, are counted. Time in `blocked` or `on_hold` belongs to the previous phase. The minutes of queue, work, rework, blocked and idle add up to `totalMinutes`.',
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description:
        'The workflow phase, for example `review`. `any` contains the time in unknown statuses and statuses without a phase.',
    }),
    taskCount: t.exposeInt('tasks', { description: 'The number of tasks that spent time in the phase.' }),
    queueTime: t.field({
      type: DurationStatistics,
      description: 'How long tasks waited in a `ready_for_*` status, until a claim or another status change.',
      resolve: ({ waits, spent }) => ({ ...waits, totalMinutes: minutesSpent(spent).queue }),
    }),
    touchTime: t.field({
      type: DurationStatistics,
      description: 'How long agents worked on tasks in sessions, including rework.',
      resolve: ({ touches, spent }) => ({ ...touches, totalMinutes: touchMinutes(spent) }),
    }),
    totalMinutes: t.float({
      description: 'All the minutes that tasks spent in the phase.',
      resolve: ({ spent }) => minutesSpent(spent).total,
    }),
    queueMinutes: t.float({
      description: minutesIn.queue,
      resolve: ({ spent }) => minutesSpent(spent).queue,
    }),
    workMinutes: t.float({
      description: minutesIn.work,
      resolve: ({ spent }) => minutesSpent(spent).work,
    }),
    reworkMinutes: t.float({
      description: minutesIn.rework,
      resolve: ({ spent }) => minutesSpent(spent).rework,
    }),
    blockedMinutes: t.float({
      description: minutesIn.blocked,
      resolve: ({ spent }) => minutesSpent(spent).blocked,
    }),
    idleMinutes: t.float({
      description: minutesIn.idle,
      resolve: ({ spent }) => minutesSpent(spent).idle,
    }),
    flowEfficiencyPct: t.float({
      nullable: true,
      description: flowEfficiency,
      resolve: ({ spent }) => flowEfficiencyPct(spent),
    }),
    sessionCount: t.exposeInt('sessions', {
      description: 'The number of ended sessions that `workMinutes` and `reworkMinutes` include.',
    }),
    waitingNow: t.exposeInt('waitingNow', {
      description: 'The number of tasks that wait for an agent now. `since` and `until` do not change it.',
    }),
    sessions: t.connection(
      {
        type: TaskSession,
        description:
          'The ended sessions that `workMinutes` and `reworkMinutes` include, most recently ended first.',
        resolve: ({ counted, sessions: total }, page, context, info) =>
          pageOf(page, info, {
            load: (take) => findCountedSessions(take, page, counted, { total }, context),
            totalCount: () => total,
          }),
      },
      TaskSessionConnection,
    ),
    longestWaits: t.field({
      type: [WaitingTime],
      description: 'The longest waits for an agent, in descending order. `queueTime` includes all waits.',
      args: {
        first: t.arg.int({
          required: true,
          defaultValue: 10,
          description: 'The maximum number of waits: 0 to 500. The server can set a lower maximum.',
        }),
      },
      resolve: ({ longestWaits }, { first }) => longestWaits.slice(0, first),
    }),
  }),
});

/** Returns the minutes of work and rework. The sum is rounded to remove floating-point errors. */
function touchMinutes(spent: Flow['spent']): number {
  const { work, rework } = minutesSpent(spent);
  return roundedMinutes(work + rework);
}

builder.queryField('phaseFlow', (t) =>
  t.field({
    type: [PhaseFlow],
    authScopes: { atLeast: 'viewer' },
    extensions: fullHistoryScan,
    description:
      'Returns how tasks spent their time in each workflow phase, in workflow order. Phases without time are included.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description:
          'Which tasks, phases and time range to count. Default: all. A period counts if it ended in the range. Do not pass `agent`, `agentId` or `agentType`: a waiting task has no agent.',
      }),
    },
    resolve: (_root, { filter }, context) => findPhaseFlow(filter, context),
  }),
);
