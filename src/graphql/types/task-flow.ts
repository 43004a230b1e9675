import type { TaskTimeline, Segment as TimelineSegment } from '../../domain/analytics/task-timeline.ts';
import { timeSpentIn } from '../../domain/analytics/task-timelines.ts';
import { flowEfficiencyPct, minutesSpent, type MinutesSpent } from '../../domain/analytics/time-spent.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { flowEfficiency, minutesIn } from './descriptions.ts';
import { TaskSession } from '../node-types.ts';

const SegmentKind = builder.enumType('SegmentKind', {
  description: 'How a task spent the time in a segment of its timeline.',
  values: {
    QUEUE: {
      value: 'queue',
      description: 'The task waited in a `ready_for_*` status for an agent to claim it.',
    },
    WORK: {
      value: 'work',
      description: 'An agent worked on the task in a session. Rework after a rejection is not included.',
    },
    REWORK: {
      value: 'rework',
      description: 'An agent repeated the work of a phase after a rejection.',
    },
    BLOCKED: { value: 'blocked', description: 'The task was `blocked` or `on_hold`.' },
    IDLE: {
      value: 'idle',
      description:
        'All other time. For example, the task is a draft, has an `in_*` status without a claim, or has an unknown status.',
    },
  } as const,
});

interface SegmentRow extends TimelineSegment {
  /** Whether the segment continues now. Only the newest segment of an incomplete task continues. */
  isRunning: boolean;
}

const Segment = builder.objectRef<SegmentRow>('Segment').implement({
  description:
    'A part of the timeline of a task. In one segment, the task spent all the time in the same way, for example waiting.',
  fields: (t) => ({
    kind: t.field({
      type: SegmentKind,
      description: 'How the time in the segment was spent.',
      resolve: ({ kind }) => kind,
    }),
    phase: t.exposeString('phase', {
      description:
        'The workflow phase of the session, or of the task if there is no session. Time in `blocked` or `on_hold` belongs to the previous phase. `any` if there is no phase.',
    }),
    since: t.field({
      type: 'DateTime',
      description: 'The start of the segment (inclusive).',
      resolve: ({ since }) => new Date(since),
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The end of the segment (exclusive). Null while the segment continues.',
      resolve: ({ until, isRunning }) => (isRunning ? null : new Date(until)),
    }),
    minutes: t.float({
      description:
        'The length of the segment in minutes. While the segment continues: the minutes until now.',
      resolve: ({ since, until }) => roundedMinutes((until - since) / 60_000),
    }),
    duration: t.field({
      type: 'Duration',
      description:
        'The length of the segment, exact to the millisecond. The lengths of all segments add up to `TaskFlow.elapsed`.',
      resolve: ({ since, until }) => until - since,
    }),
    session: t.field({
      type: TaskSession,
      nullable: true,
      description:
        'The session in which an agent worked. Null if no agent worked on the task in this segment.',
      resolve: ({ sessionId }, _arguments, { loaders }) =>
        sessionId === null ? null : loaders.session.load(sessionId),
    }),
  }),
});

const minutes = (kind: keyof MinutesSpent) => (timeline: TaskTimeline) =>
  minutesSpent(timeSpentIn(timeline))[kind];

export const TaskFlow = builder.objectRef<TaskTimeline>('TaskFlow').implement({
  description:
    'How a task spent its time from its creation to its completion, or until now. The minutes of queue, work, rework, blocked and idle add up to `elapsedMinutes`.',
  fields: (t) => ({
    elapsedMinutes: t.float({
      description:
        'The minutes from the creation of the task to its completion, or until now if it is incomplete.',
      resolve: minutes('total'),
    }),
    elapsed: t.field({
      type: 'Duration',
      description: 'The same length of time as `elapsedMinutes`, exact to the millisecond.',
      resolve: ({ since, until }) => until - since,
    }),
    queueMinutes: t.float({
      description: minutesIn.queue,
      resolve: minutes('queue'),
    }),
    workMinutes: t.float({
      description: minutesIn.work,
      resolve: minutes('work'),
    }),
    reworkMinutes: t.float({
      description: minutesIn.rework,
      resolve: minutes('rework'),
    }),
    blockedMinutes: t.float({
      description: minutesIn.blocked,
      resolve: minutes('blocked'),
    }),
    idleMinutes: t.float({
      description: minutesIn.idle,
      resolve: minutes('idle'),
    }),
    flowEfficiencyPct: t.float({
      nullable: true,
      description: flowEfficiency,
      resolve: (timeline) => flowEfficiencyPct(timeSpentIn(timeline)),
    }),
    isComplete: t.exposeBoolean('isOver', {
      description:
        'Whether the task is complete. The times of a complete task change only if the task is reopened.',
    }),
    segments: t.field({
      type: [Segment],
      description:
        'The timeline of the task in segments, oldest first. Each segment starts when the previous one ends.',
      resolve: ({ segments, isOver }) =>
        segments.map((segment, index) => ({
          ...segment,
          isRunning: !isOver && index === segments.length - 1,
        })),
    }),
  }),
});
