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
import { readsHistory } from '../limits/complexity.ts';
import type { Context } from '../context.ts';
import { largestPage } from '../pagination/page.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { AnalyticsFilter } from './analytics-filter.ts';
import { TaskSessionConnection } from './session.ts';

/** What tasks spent in a phase, and which sessions are in it. */
export interface PhaseFlowRow extends Flow {
  counted: CountedChoice;
}

/** Throws InvalidInputError: see checkFlowFilter. */
export async function findPhaseFlow(
  given: Choice | null | undefined,
  { analyticsWorker }: Pick<Context, 'analyticsWorker'>,
): Promise<PhaseFlowRow[]> {
  const filter = checkFlowFilter(given ?? {});
  const { counted: rows, revision } = await analyticsWorker.run('phaseFlow', {
    filter,
    waitsToList: largestPage,
  });
  return rows.map((row) => ({
    ...row,
    counted: { filter: { ...endedSessions(filter), phase: row.phase }, revision },
  }));
}

const minutesOf = (milliseconds: number | null) =>
  milliseconds === null ? null : roundedMinutes(milliseconds / 60_000);

const nearestRank = (percent: number) =>
  `The shortest that at least ${percent} of 100 did not exceed: one that was observed (nearest rank). Null when there is none.`;

const DurationStatistics = builder
  .objectRef<SegmentSummary & { totalMinutes: number }>('DurationStatistics')
  .implement({
    description:
      'How long segments of time of one kind took. Those that still go on are not in these numbers.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'How many there were.' }),
      totalMinutes: t.exposeFloat('totalMinutes', { description: 'The minutes of all of them together.' }),
      averageMinutes: t.float({
        nullable: true,
        description: 'Minutes on average; null when there is none.',
        resolve: ({ count, total }) => (count === 0 ? null : minutesOf(total / count)),
      }),
      medianMinutes: t.float({
        nullable: true,
        description: 'The one in the middle, or the mean of the middle two; null when there is none.',
        resolve: ({ median }) => minutesOf(median),
      }),
      p85Minutes: t.float({
        nullable: true,
        description: nearestRank(85),
        resolve: ({ p85 }) => minutesOf(p85),
      }),
      p90Minutes: t.float({
        nullable: true,
        description: nearestRank(90),
        resolve: ({ p90 }) => minutesOf(p90),
      }),
    }),
  });

const WaitingTime = builder.objectRef<Wait>('WaitingTime').implement({
  description: 'A time in which a task waited in a queue.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      nullable: true,
      description: 'The task; null when it has been deleted a moment ago.',
      resolve: (query, { taskId }, _arguments, { read }) =>
        read.task.findUnique({ ...query, where: { id: taskId } }),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'When it entered the queue.',
      resolve: ({ since }) => new Date(since),
    }),
    until: t.field({
      type: 'DateTime',
      description: 'When it was claimed, or left the queue in another way.',
      resolve: ({ until }) => new Date(until),
    }),
    minutes: t.float({
      description: 'The minutes between the two.',
      resolve: ({ since, until }) => roundedMinutes((until - since) / 60_000),
    }),
  }),
});

export const PhaseFlow = builder.objectRef<PhaseFlowRow>('PhaseFlow').implement({
  description:
    'Where the time of tasks went in one phase of the workflow. Time counts when it has ended: a wait with the claim, work with the end of the session. The five kinds of minutes add up to `totalMinutes`.',
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description:
        'The phase. Time in statuses that belong to none, or that the workflow does not know, stands under `any`.',
    }),
    taskCount: t.exposeInt('tasks', { description: 'How many tasks spent time in the phase.' }),
    queueTime: t.field({
      type: DurationStatistics,
      description:
        'How long tasks waited in `ready_for_*` until they were claimed, or left the queue in another way.',
      resolve: ({ waits, spent }) => ({ ...waits, totalMinutes: minutesSpent(spent).queue }),
    }),
    touchTime: t.field({
      type: DurationStatistics,
      description: 'How long they were worked on in a session, rework included.',
      resolve: ({ touches, spent }) => ({ ...touches, totalMinutes: touchMinutes(spent) }),
    }),
    totalMinutes: t.float({
      description: 'All minutes that tasks spent in the phase.',
      resolve: ({ spent }) => minutesSpent(spent).total,
    }),
    queueMinutes: t.float({
      description: 'Minutes in which tasks waited for a claim.',
      resolve: ({ spent }) => minutesSpent(spent).queue,
    }),
    workMinutes: t.float({
      description: 'Minutes in sessions, the first time that a task passed the phase.',
      resolve: ({ spent }) => minutesSpent(spent).work,
    }),
    reworkMinutes: t.float({
      description: 'Minutes in sessions of tasks that passed the phase again, since they were sent back.',
      resolve: ({ spent }) => minutesSpent(spent).rework,
    }),
    blockedMinutes: t.float({
      description: 'Minutes in which tasks were blocked or on hold, after they were in the phase.',
      resolve: ({ spent }) => minutesSpent(spent).blocked,
    }),
    idleMinutes: t.float({
      description:
        'Minutes in which tasks stood in a status of the phase that is no queue, and nobody held them.',
      resolve: ({ spent }) => minutesSpent(spent).idle,
    }),
    flowEfficiencyPct: t.float({
      nullable: true,
      description:
        'Minutes in which tasks were worked on, rework included, per hundred of all, with one decimal; null when there is none.',
      resolve: ({ spent }) => flowEfficiencyPct(spent),
    }),
    sessionCount: t.exposeInt('sessions', {
      description: 'How many sessions have ended: those that the minutes of work and rework are from.',
    }),
    waitingNow: t.exposeInt('waitingNow', {
      description: 'How many tasks wait for a claim now, whatever the time that was asked for.',
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The sessions behind work and rework, the one that ended last first.',
        totalCount: ({ sessions }) => sessions,
        resolve: (query, { counted, sessions: total }, page, context) =>
          findCountedSessions(query, page, counted, { total }, context),
      },
      TaskSessionConnection,
    ),
    longestWaits: t.field({
      type: [WaitingTime],
      description: 'The longest of the waits behind `queueTime`, the longest first.',
      args: {
        first: t.arg.int({
          required: true,
          defaultValue: 10,
          description: 'How many to return at most: 0 to 500, or less where the server allows less.',
        }),
      },
      resolve: ({ longestWaits }, { first }) => longestWaits.slice(0, first),
    }),
  }),
});

/** The sum of two rounded numbers, without the noise of adding up fractions. */
function touchMinutes(spent: Flow['spent']): number {
  const { work, rework } = minutesSpent(spent);
  return roundedMinutes(work + rework);
}

builder.queryField('phaseFlow', (t) =>
  t.field({
    type: [PhaseFlow],
    authScopes: { atLeast: 'viewer' },
    extensions: readsHistory,
    description:
      'Where the time of tasks goes: one row for each phase of the workflow, in its order, also for those in which no time was spent.',
    args: {
      filter: t.arg({
        type: AnalyticsFilter,
        description:
          'Which tasks, phases and times; everything when left out. Time counts when it ended in the window. It cannot be narrowed to agents, since a task that waits has none.',
      }),
    },
    resolve: (_root, { filter }, context) => findPhaseFlow(filter, context),
  }),
);
