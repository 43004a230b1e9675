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

/** How tasks spent their time in one phase, in milliseconds. Only segments that ended in the time window count. */
export interface PhaseFlow {
  readonly phase: string;
  /** The number of tasks with at least one counted segment in the phase. */
  readonly tasks: number;
  readonly spent: Readonly<TimeSpent>;
  /** How long tasks waited in a queue of the phase before they were claimed or moved. */
  readonly waits: SegmentSummary;
  /** How long agents worked on tasks (touch time): segments of the kinds `work` and `rework`. */
  readonly touches: SegmentSummary;
  /** The number of sessions of the phase that ended in the time window. */
  readonly sessions: number;
  /** The number of tasks in a queue of the phase now. The time window does not affect this number. */
  readonly waitingNow: number;
  /** The longest times that tasks spent in a queue of the phase, in descending order. */
  readonly longestWaits: readonly Wait[];
}

/** A summary of segment lengths, in milliseconds. The median and the percentiles are null if there are no segments. */
export interface SegmentSummary extends Readonly<SampleSummary> {
  readonly count: number;
  readonly total: number;
}

/** A period in which a task waited in a queue. Times are in milliseconds since 1970. */
export interface Wait {
  readonly taskId: number;
  readonly since: number;
  readonly until: number;
}

/**
 * Checks a filter. Throws InvalidInputError if a field is invalid. Agent fields are invalid, because a waiting task has
 * no agent.
 */
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

/** Returns one row for each phase, in workflow order. Phases outside the workflow come last. */
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

  // `epicKey` and `featureKey` select tasks. `since` and `until` select segments and sessions. `phase` selects rows.
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

/** Sums up the segments in one phase. The segments of a task must be added one after another. */
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
