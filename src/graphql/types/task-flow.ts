import type { TaskTimeline, Segment as TimelineSegment } from '../../domain/analytics/task-timeline.ts';
import { timeSpentIn } from '../../domain/analytics/task-timelines.ts';
import { flowEfficiencyPct, minutesSpent, type MinutesSpent } from '../../domain/analytics/time-spent.ts';
import { roundedMinutes } from '../../shared/statistics.ts';
import { builder } from '../builder.ts';
import { TaskSession } from './session.ts';

const SegmentKind = builder.enumType('SegmentKind', {
  description: 'What a segment of time was spent on.',
  values: {
    QUEUE: { value: 'queue', description: 'The task waited in `ready_for_*` for a claim.' },
    WORK: {
      value: 'work',
      description: 'It was worked on in a session, the first time that it passed the phase.',
    },
    REWORK: {
      value: 'rework',
      description: 'It was worked on in a session of a phase that it passed again, since it was sent back.',
    },
    BLOCKED: { value: 'blocked', description: 'It stood in `blocked` or `on_hold`.' },
    IDLE: {
      value: 'idle',
      description:
        'Anything else that nobody worked on: a draft, an `in_*` status that nobody held, a status that the workflow does not know.',
    },
  } as const,
});

interface SegmentRow extends TimelineSegment {
  /** Whether it goes on. */
  isRunning: boolean;
}

const Segment = builder.objectRef<SegmentRow>('Segment').implement({
  description: 'A segment of the life of a task that was spent on one thing.',
  fields: (t) => ({
    kind: t.field({ type: SegmentKind, description: 'On what.', resolve: ({ kind }) => kind }),
    phase: t.exposeString('phase', {
      description:
        'In which phase of the workflow: that of the session, or of the status; a block belongs to the phase the task was blocked in. `any` where there is none.',
    }),
    since: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ since }) => new Date(since),
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, and the next one began; null while it goes on.',
      resolve: ({ until, isRunning }) => (isRunning ? null : new Date(until)),
    }),
    minutes: t.float({
      description: 'Its minutes, those until now while it goes on.',
      resolve: ({ since, until }) => roundedMinutes((until - since) / 60_000),
    }),
    duration: t.field({
      type: 'Duration',
      description: 'Its length to the millisecond. Those of all segments add up to `elapsed`.',
      resolve: ({ since, until }) => until - since,
    }),
    session: t.field({
      type: TaskSession,
      nullable: true,
      description: 'The session it was worked on in; null for time in which nobody did.',
      resolve: ({ sessionId }, _arguments, { loaders }) =>
        sessionId === null ? null : loaders.session.load(sessionId),
    }),
  }),
});

const minutes = (kind: keyof MinutesSpent) => (timeline: TaskTimeline) =>
  minutesSpent(timeSpentIn(timeline))[kind];

export const TaskFlow = builder.objectRef<TaskTimeline>('TaskFlow').implement({
  description:
    'Where the time of a task went, from its creation until it was completed, or until now. Every instant belongs to one kind of time, so the five kinds of minutes add up to `elapsedMinutes`, to the thousandth.',
  fields: (t) => ({
    elapsedMinutes: t.float({
      description: 'Minutes from its creation to its completion, or to now.',
      resolve: minutes('total'),
    }),
    elapsed: t.field({
      type: 'Duration',
      description: 'The same to the millisecond.',
      resolve: ({ since, until }) => until - since,
    }),
    queueMinutes: t.float({
      description: 'Minutes that it waited in `ready_for_*` for a claim.',
      resolve: minutes('queue'),
    }),
    workMinutes: t.float({
      description: 'Minutes in sessions, the first time through each phase.',
      resolve: minutes('work'),
    }),
    reworkMinutes: t.float({
      description: 'Minutes in sessions of phases that it passed again, since it was sent back.',
      resolve: minutes('rework'),
    }),
    blockedMinutes: t.float({
      description: 'Minutes in `blocked` and `on_hold`.',
      resolve: minutes('blocked'),
    }),
    idleMinutes: t.float({
      description: 'All other minutes, in which nobody worked on it either, as in a draft.',
      resolve: minutes('idle'),
    }),
    flowEfficiencyPct: t.float({
      nullable: true,
      description:
        'Minutes that it was worked on, rework included, per hundred that elapsed, with one decimal; null when no time has passed.',
      resolve: (timeline) => flowEfficiencyPct(timeSpentIn(timeline)),
    }),
    isComplete: t.exposeBoolean('isOver', {
      description: 'Whether the task is complete, so that none of this changes any more.',
    }),
    segments: t.field({
      type: [Segment],
      description: 'Its life piece by piece, the first one first. Each begins where the last one ended.',
      resolve: ({ segments, isOver }) =>
        segments.map((segment, index) => ({
          ...segment,
          isRunning: !isOver && index === segments.length - 1,
        })),
    }),
  }),
});
