import {
  creationTime,
  namesStatus,
  type SessionRecord,
  type StatusEntry,
  statusEntries,
  type TaskRecord,
} from '../tasks/task-history.ts';
import { isPause, isQueue } from '../workflow/status-names.ts';
import { anyPhase, phaseRank, type Workflow } from '../workflow/workflow.ts';

/**
 * What a task's time was spent on:
 *
 * - `work`: in a session, during the first pass of the task through the phase.
 * - `rework`: in a session of a phase that the task has to pass again after a rejection.
 * - `queue`: in `ready_for_*`, waiting for a claim.
 * - `blocked`: in `blocked` or `on_hold`.
 * - `idle`: outside sessions in any other status: a draft, an unclaimed `in_*`, a status that is not in the workflow.
 */
export type SegmentKind = 'queue' | 'work' | 'rework' | 'blocked' | 'idle';

/** Times are in milliseconds since 1970; `until` is exclusive. */
export interface Segment {
  readonly kind: SegmentKind;
  /** The phase of the session or of the status; `any` if there is no phase. */
  readonly phase: string;
  readonly since: number;
  until: number;
  /** The session of a `work` or `rework` segment; null for the other kinds. */
  readonly sessionId: number | null;
}

/**
 * The segments of a task from its creation to its completion or to now, without gaps or overlaps. Every segment is
 * longer than zero, except the last one of an open task, which can have just begun.
 */
export interface TaskTimeline {
  readonly since: number;
  readonly until: number;
  /** Whether the task is complete. If not, its last segment continues. */
  readonly isOver: boolean;
  readonly segments: readonly Segment[];
}

/** Builds the timeline of a task at `now`, in milliseconds since 1970. */
export type TaskTimelineOf = (task: TaskRecord, now: number) => TaskTimeline;

/**
 * Returns a function that builds timelines:
 *
 * - A timeline begins when the task was created. It ends when the task last became complete, or `now` if it is open.
 * - Time in a session is work or rework, in every status. Where sessions overlap, the one that started first counts.
 * - The status decides the kind of all other time. A pause belongs to the phase that the task was in before the pause.
 * - Parts of sessions outside the timeline do not count.
 */
export function timelinesIn(workflow: Workflow): TaskTimelineOf {
  const known = new Map(
    [...workflow.statuses.keys()].map((status) => [status, activityInStatus(workflow, status)]),
  );
  return (task, now) => {
    const { since, until, entries } = lifetimeOf(workflow, task, now);
    const isOver = isComplete(workflow, task.status);
    const segments: Segment[] = [];
    const phasesToPassAgain = new Set<string>();
    let reached = since;
    let entryIndex = 0;
    let phaseBeforePause = anyPhase;
    let openSession: Activity | undefined;

    const addSegment = ({ kind, phase, sessionId }: Activity, end: number) => {
      const last = segments.at(-1);
      if (last?.kind === kind && last.phase === phase && last.sessionId === sessionId) last.until = end;
      else segments.push({ kind, phase, since: reached, until: end, sessionId });
      reached = end;
    };
    /**
     * Adds segments for time outside sessions, up to `end`. Returns the activity in the status that the task has at
     * `end`.
     */
    const followStatuses = (end: number): Activity => {
      for (;;) {
        const status = entries[entryIndex]?.status ?? task.status;
        const activity = known.get(status) ?? activityInStatus(workflow, status);
        if (activity.kind !== 'blocked') phaseBeforePause = activity.phase;
        const inPhase = { ...activity, phase: phaseBeforePause };
        const change = entries[entryIndex + 1]?.at ?? Number.POSITIVE_INFINITY;
        if (Math.min(change, end) > reached) addSegment(inPhase, Math.min(change, end));
        if (change > end) return inPhase;
        entryIndex += 1;
      }
    };

    for (const [sessionId, phase, startedAt, endedAt, rejectedTo] of byStart(task.sessions)) {
      const kind = phasesToPassAgain.has(phase) ? 'rework' : 'work';
      const end = Math.min(endedAt ?? until, until);
      if (end > Math.max(startedAt, reached)) {
        if (startedAt > reached) followStatuses(startedAt);
        addSegment({ kind, phase, sessionId }, end);
      }
      if (endedAt === null && startedAt <= until) openSession ??= { kind, phase, sessionId };
      if (rejectedTo !== null)
        for (const again of phasesAfterRejection(workflow, phase, rejectedTo)) phasesToPassAgain.add(again);
    }
    const atEnd = followStatuses(until);
    // A status or session that began exactly at `until` becomes the last segment, with a length of zero.
    if (!isOver) addSegment(openSession ?? atEnd, until);
    return { since, until, isOver, segments };
  };
}

type Activity = Pick<Segment, 'kind' | 'phase' | 'sessionId'>;

/** The kind and phase of time in a status outside sessions. */
function activityInStatus(workflow: Workflow, name: string): Activity {
  const status = workflow.statuses.get(name);
  const kind = isPause(name) ? 'blocked' : status !== undefined && isQueue(name) ? 'queue' : 'idle';
  return { kind, phase: status?.phase ?? anyPhase, sessionId: null };
}

/** The start and the end of a task's timeline, and the statuses of the task between them. */
function lifetimeOf(
  workflow: Workflow,
  task: TaskRecord,
  now: number,
): { since: number; until: number; entries: readonly StatusEntry[] } {
  const { status, completedAt, changes, sessions } = task;
  const since = beginningOf(task) ?? now;
  const entries = statusEntries(task, since);
  if (!isComplete(workflow, status)) return { since, until: Math.max(since, now), entries };
  if (changes.some(namesStatus) && isComplete(workflow, entries.at(-1)?.status ?? ''))
    return { since, until: lastCompletion(workflow, entries) ?? since, entries };
  // The history does not say when the task was completed: another program did not record it.
  const latest = entries.at(-1)?.at ?? since;
  const ends = sessions.map(([, , , endedAt]) => endedAt ?? since);
  return { since, until: Math.max(latest, completedAt ?? since, ...ends), entries };
}

/** The creation of the task, or the start of its first session if the creation cannot be read. */
function beginningOf(task: TaskRecord): number | null {
  // If the time of the first history row cannot be read, use created_at, even if a later row has an earlier time.
  if (task.createdAt !== null && task.changes[0]?.[1] === null) return task.createdAt;
  return creationTime(task) ?? byStart(task.sessions)[0]?.[2] ?? null;
}

/** When a task that is complete now last became complete. */
function lastCompletion(workflow: Workflow, entries: readonly StatusEntry[]): number | undefined {
  const lastOpen = entries.findLastIndex(({ status }) => !isComplete(workflow, status));
  return entries[lastOpen + 1]?.at;
}

function byStart(sessions: readonly SessionRecord[]): readonly SessionRecord[] {
  return sessions.length < 2
    ? sessions
    : sessions.toSorted(([id, , start], [otherId, , otherStart]) => start - otherStart || id - otherId);
}

/** The phases that a rejected task has to pass again: from the phase of `rejectedTo` up to the one it was rejected in. */
function phasesAfterRejection(workflow: Workflow, phase: string, rejectedTo: string): readonly string[] {
  const first = phaseRank(workflow, workflow.statuses.get(rejectedTo)?.phase ?? anyPhase);
  const last = phaseRank(workflow, phase);
  const between = first === undefined || last === undefined ? [] : workflow.phases.slice(first, last);
  return [...between, phase];
}

function isComplete(workflow: Workflow, status: string): boolean {
  return workflow.statuses.get(status)?.isComplete === true;
}
