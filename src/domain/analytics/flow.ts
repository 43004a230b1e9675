import { createSample, type Sample, type SampleSummary, summaryOf } from '../../shared/statistics.ts';
import { term, wording } from '../../shared/wording.ts';
import { InvalidInputError } from '../errors.ts';
import { tasksCondition } from '../tasks/filter.ts';
import { taskRecords } from '../tasks/task-history.ts';
import { type AnalyticsFilter, checkAnalyticsFilter } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { phasesToShow } from './phase-durations.ts';
import { timelinesIn, type Segment } from './task-timeline.ts';
import { noTime, type TimeSpent } from './time-spent.ts';
import { createTopN } from './top-n.ts';

/** Where the time of tasks in one phase went. Counts segments that ended in the window; all lengths are in milliseconds. */
export interface PhaseFlow {
  readonly phase: string;
  /** The number of tasks with such a segment in the phase. */
  readonly tasks: number;
  readonly spent: Readonly<TimeSpent>;
  /** Queue segments: from entering a queue to the claim. */
  readonly waits: SegmentSummary;
  /** Work and rework segments: touch time. */
  readonly touches: SegmentSummary;
  /** The number of sessions that ended in the window. */
  readonly sessions: number;
  /** The number of tasks that are in a queue of the phase now, whatever the window. */
  readonly waitingNow: number;
  /** The longest queue segments, longest first. */
  readonly longestWaits: readonly Wait[];
}

/** Milliseconds; the median and the percentiles are null if there is no segment. */
export interface SegmentSummary extends Readonly<SampleSummary> {
  readonly count: number;
  readonly total: number;
}

/** A queue segment of a task. Times are in milliseconds since 1970. */
export interface Wait {
  readonly taskId: number;
  readonly since: number;
  readonly until: number;
}

/** Like checkAnalyticsFilter; also throws InvalidInputError for filters by agent, since a waiting task has no agent. */
export function checkFlowFilter(filter: AnalyticsFilter): AnalyticsFilter {
  for (const field of ['agent', 'agentId', 'agentType'] as const)
    if (typeof filter[field] === 'string')
      throw new InvalidInputError(
        field,
        wording`${term(field)} is '${filter[field]}', but a waiting task has no agent`,
        wording`Leave out ${term(field)}. To filter by agent, use ${term('phaseDurations')} or ${term('agentPerformance')}`,
      );
  return checkAnalyticsFilter(filter);
}

/**
 * One for each phase of the workflow, in its order, then one for each other phase that tasks were in. A segment counts
 * if it ended in the window.
 */
export function phaseFlow(
  { snapshot, workflow, now }: QueryContext,
  { filter, waitsToList }: { filter: AnalyticsFilter; waitsToList: number },
): PhaseFlow[] {
  const timelineOf = timelinesIn(workflow);
  const isCounted = windowOf(filter);
  const phases = new Map<string, PhaseCounter>();
  const counterOf = (phase: string) => {
    const known = phases.get(phase);
    if (known !== undefined) return known;
    const created = createPhaseCounter(waitsToList);
    phases.set(phase, created);
    return created;
  };

  // The rest of the filter selects segments of these tasks.
  const { epicKey, featureKey } = filter;
  for (const task of taskRecords(snapshot, tasksCondition(workflow, { epicKey, featureKey }))) {
    const { segments, isOver } = timelineOf(task, now.getTime());
    const running = isOver ? undefined : segments.at(-1);
    for (const segment of segments)
      if (segment === running) counterOf(segment.phase).running(segment);
      else if (isCounted(segment.until)) counterOf(segment.phase).ended(task.taskId, segment);
    for (const [, phase, , endedAt] of task.sessions)
      if (endedAt !== null && isCounted(endedAt)) counterOf(phase).session();
  }
  return phasesToShow(workflow, filter, [...phases.keys()]).map((phase) => ({
    phase,
    ...(phases.get(phase) ?? createPhaseCounter(0)).result(),
  }));
}

interface PhaseCounter {
  ended(taskId: number, segment: Segment): void;
  running(segment: Segment): void;
  session(): void;
  result(): Omit<PhaseFlow, 'phase'>;
}

/** Adds up one phase. All segments of a task have to be added before those of the next task. */
function createPhaseCounter(waitsToList: number): PhaseCounter {
  const spent = noTime();
  const waits = createSample();
  const touches = createSample();
  const longestWaits = createTopN<Wait>(waitsToList);
  let tasks = 0;
  let lastTask: number | undefined;
  let sessions = 0;
  let waitingNow = 0;
  return {
    ended(taskId, { kind, since, until }) {
      if (taskId !== lastTask) tasks += 1;
      lastTask = taskId;
      spent[kind] += until - since;
      if (kind === 'work' || kind === 'rework') touches.add(until - since);
      if (kind !== 'queue') return;
      waits.add(until - since);
      longestWaits.add({ taskId, since, until }, until - since);
    },
    running({ kind }) {
      if (kind === 'queue') waitingNow += 1;
    },
    session() {
      sessions += 1;
    },
    result: () => ({
      tasks,
      spent,
      waits: summarize(waits, spent.queue),
      touches: summarize(touches, spent.work + spent.rework),
      sessions,
      waitingNow,
      longestWaits: longestWaits.list(),
    }),
  };
}

function summarize(sample: Sample, total: number): SegmentSummary {
  return { count: sample.size, total, ...summaryOf(sample) };
}

function windowOf({ since, until }: AnalyticsFilter): (instant: number) => boolean {
  const first = since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const end = until?.getTime() ?? Number.POSITIVE_INFINITY;
  return (instant) => instant >= first && instant < end;
}
