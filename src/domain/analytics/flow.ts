import { type SampleSummary, summaryOf } from '../../shared/statistics.ts';
import { InvalidInputError } from '../errors.ts';
import { createSample, type Sample } from '../../shared/statistics.ts';
import { tasksCondition } from '../tasks/filter.ts';
import { taskRecords } from '../tasks/task-history.ts';
import { type AnalyticsFilter, checkAnalyticsFilter } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import { phasesToShow } from './phase-durations.ts';
import { timelinesIn, type Segment } from './task-timeline.ts';
import { noTime, type TimeSpent } from './time-spent.ts';
import { createTopN } from './top-n.ts';

/** What tasks spent in one phase, in milliseconds. Only segments that have ended are in these numbers. */
export interface PhaseFlow {
  readonly phase: string;
  /** Tasks with a segment in the phase. */
  readonly tasks: number;
  readonly spent: Readonly<TimeSpent>;
  readonly waits: SegmentSummary;
  /** Work and rework. */
  readonly touches: SegmentSummary;
  /** Sessions that ended. */
  readonly sessions: number;
  /** Tasks that wait in a queue of the phase now, whatever the time that was asked for. */
  readonly waitingNow: number;
  /** The longest of the waits, the longest first. */
  readonly longestWaits: readonly Wait[];
}

/** Milliseconds; null where there is no segment. */
export interface SegmentSummary extends Readonly<SampleSummary> {
  readonly count: number;
  readonly total: number;
}

/** Times are in milliseconds since 1970. */
export interface Wait {
  readonly taskId: number;
  readonly since: number;
  readonly until: number;
}

/**
 * The filter with its keys as the database has them. Throws InvalidInputError for what checkAnalyticsFilter refuses,
 * and for agents: a task that waits is nobody's.
 */
export function checkFlowFilter(filter: AnalyticsFilter): AnalyticsFilter {
  for (const field of ['agent', 'agentId', 'agentType'] as const)
    if (typeof filter[field] === 'string')
      throw new InvalidInputError(
        field,
        `${field} is '${filter[field]}', but a task that waits has no agent`,
        `Leave ${field} out here; phaseDurations and agentPerformance can be narrowed to agents`,
      );
  return checkAnalyticsFilter(filter);
}

/**
 * One for each phase of the workflow, in its order, and then for any other that tasks were in. A segment counts in
 * the window in which it ended, half open.
 */
export function phaseFlow(
  { snapshot, workflow, now }: QueryContext,
  { filter, waitsToList }: { filter: AnalyticsFilter; waitsToList: number },
): PhaseFlow[] {
  const timelineOf = timelinesIn(workflow);
  const isCounted = windowOf(filter);
  const phases = new Map<string, PhaseCount>();
  const countOf = (phase: string) => {
    const known = phases.get(phase);
    if (known !== undefined) return known;
    const created = countPhase(waitsToList);
    phases.set(phase, created);
    return created;
  };

  // The rest of the filter selects segments of these tasks.
  const { epicKey, featureKey } = filter;
  for (const task of taskRecords(snapshot, tasksCondition(workflow, { epicKey, featureKey }))) {
    const { segments, isOver } = timelineOf(task, now.getTime());
    const running = isOver ? undefined : segments.at(-1);
    for (const segment of segments)
      if (segment === running) countOf(segment.phase).running(segment);
      else if (isCounted(segment.until)) countOf(segment.phase).ended(task.taskId, segment);
    for (const [, phase, , endedAt] of task.sessions)
      if (endedAt !== null && isCounted(endedAt)) countOf(phase).session();
  }
  return phasesToShow(workflow, filter, [...phases.keys()]).map((phase) => ({
    phase,
    ...(phases.get(phase) ?? countPhase(0)).result(),
  }));
}

interface PhaseCount {
  ended(taskId: number, segment: Segment): void;
  running(segment: Segment): void;
  session(): void;
  result(): Omit<PhaseFlow, 'phase'>;
}

/** Adds up one phase. The segments of a task come one after the other. */
function countPhase(waitsToList: number): PhaseCount {
  const spent = noTime();
  const waits = createSample();
  const touches = createSample();
  const longest = createTopN<Wait>(waitsToList);
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
      longest.add({ taskId, since, until }, until - since);
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
      longestWaits: longest.list(),
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
