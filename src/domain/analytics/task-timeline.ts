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

/** How a task spent a segment of its time. */
export type SegmentKind =
  /** The status was `ready_for_*`: the task waited for a claim. */
  | 'queue'
  /** An agent worked in a session of a phase that the task passed for the first time. */
  | 'work'
  /** An agent worked in a session of a phase that the task had to pass again after a rejection. */
  | 'rework'
  /** The task was paused in the status `blocked` or `on_hold`. */
  | 'blocked'
  /** The task had any other status and no session, for example a draft. */
  | 'idle';

/** A part of a task's timeline that includes `since` but not `until`. Both times are in milliseconds since 1970. */
export interface Segment {
  readonly kind: SegmentKind;
  /** The phase of the session, or of the status if there is no session. It is `any` if the status has no phase. */
  readonly phase: string;
  readonly since: number;
  until: number;
  /** The session if the kind is `work` or `rework`, otherwise null. */
  readonly sessionId: number | null;
}

/** The time of a task from its creation to its completion, or to now if the task is open. */
export interface TaskTimeline {
  readonly since: number;
  readonly until: number;
  /** Whether the task is complete. If not, its last segment continues. */
  readonly isOver: boolean;
  /** The segments have no gaps or overlaps. Only the last segment of an open task can have the length zero. */
  readonly segments: readonly Segment[];
}

/** Builds the timeline of a task up to `now`, in milliseconds since 1970. */
export type TaskTimelineOf = (task: TaskRecord, now: number) => TaskTimeline;

/**
 * Returns a function that builds timelines. A segment is `work` or `rework` during a session. Otherwise, its kind
 * depends on the status.
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
    /** Adds segments without a session up to `end`. Returns the kind and phase at `end`. */
    const followStatuses = (end: number): Activity => {
      for (;;) {
        const status = entries[entryIndex]?.status ?? task.status;
        const activity = known.get(status) ?? activityInStatus(workflow, status);
        // A pause belongs to the phase before the pause.
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
      // If sessions overlap, the time that they share belongs to the session that started first.
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
    // If the last segment of an open task has just begun, its length is zero.
    if (!isOver) addSegment(openSession ?? atEnd, until);
    return { since, until, isOver, segments };
  };
}

type Activity = Pick<Segment, 'kind' | 'phase' | 'sessionId'>;

/** Returns the kind and phase of a segment in which a task has this status and no session. */
function activityInStatus(workflow: Workflow, name: string): Activity {
  const status = workflow.statuses.get(name);
  const kind = isPause(name) ? 'blocked' : status !== undefined && isQueue(name) ? 'queue' : 'idle';
  return { kind, phase: status?.phase ?? anyPhase, sessionId: null };
}

/** Returns the start and end of a task's timeline, and the statuses between them. */
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
  // Another program completed the task without a history row, so the latest known time counts as the completion.
  const latest = entries.at(-1)?.at ?? since;
  const ends = sessions.map(([, , , endedAt]) => endedAt ?? since);
  return { since, until: Math.max(latest, completedAt ?? since, ...ends), entries };
}

/**
 * Returns the creation time of a task or, if none is readable, the start of its first session. Null if there is
 * neither.
 */
function beginningOf(task: TaskRecord): number | null {
  // If the first history row has no readable time, use `created_at`, even if the history contains an earlier time.
  if (task.createdAt !== null && task.changes[0]?.[1] === null) return task.createdAt;
  return creationTime(task) ?? byStart(task.sessions)[0]?.[2] ?? null;
}

/** Returns the time at which a task last became complete. */
function lastCompletion(workflow: Workflow, entries: readonly StatusEntry[]): number | undefined {
  const lastOpen = entries.findLastIndex(({ status }) => !isComplete(workflow, status));
  return entries[lastOpen + 1]?.at;
}

function byStart(sessions: readonly SessionRecord[]): readonly SessionRecord[] {
  return sessions.length < 2
    ? sessions
    : sessions.toSorted(([id, , start], [otherId, , otherStart]) => start - otherStart || id - otherId);
}

/** Returns the phases that a task has to pass again after a rejection: from the phase of `rejectedTo` to `phase`. */
function phasesAfterRejection(workflow: Workflow, phase: string, rejectedTo: string): readonly string[] {
  const first = phaseRank(workflow, workflow.statuses.get(rejectedTo)?.phase ?? anyPhase);
  const last = phaseRank(workflow, phase);
  const between = first === undefined || last === undefined ? [] : workflow.phases.slice(first, last);
  return [...between, phase];
}

function isComplete(workflow: Workflow, status: string): boolean {
  return workflow.statuses.get(status)?.isComplete === true;
}
