import { isPause, isQueue } from '../workflow/status-names.ts';
import { anyPhase, phaseRank, type Workflow } from '../workflow/workflow.ts';

/**
 * What a segment of a task's life was spent on:
 *
 * - `work`: inside a session, the first time that the task passed the phase.
 * - `rework`: inside a session of a phase that the task passes again, since it was sent back.
 * - `queue`: in `ready_for_*`, waiting for a claim.
 * - `blocked`: in `blocked` or `on_hold`.
 * - `idle`: anything else that nobody works on: a draft, an `in_*` status that nobody holds, a foreign status.
 */
export type SegmentKind = 'queue' | 'work' | 'rework' | 'blocked' | 'idle';

/** Times are in milliseconds since 1970; `until` is the first instant that is not in it any more. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly phase: string;
  readonly since: number;
  until: number;
  /** Of work and rework; null otherwise. */
  readonly sessionId: number | null;
}

/**
 * The segments follow each other without gap or overlap from `since` to `until`. The last one of a life that is not
 * over goes on; it may have lasted for no time yet, every other one is longer than that.
 */
export interface TaskTimeline {
  readonly since: number;
  readonly until: number;
  /** The task is complete: its last segment has ended as well. */
  readonly isOver: boolean;
  readonly segments: readonly Segment[];
}

/** What is known of a task. Times are in milliseconds since 1970; null is a time that cannot be read. */
export interface TaskRecord {
  readonly status: string;
  readonly createdAt: number | null;
  readonly completedAt: number | null;
  /** The status before the first change; null where the first change was the creation, or nothing changed. */
  readonly firstStatus: string | null;
  /** In the order in which they were written, whatever their times say. One to no status only tells of a time. */
  readonly changes: readonly StatusChange[];
  /** In any order. */
  readonly sessions: readonly SessionRecord[];
}

export type StatusChange = readonly [to: string, at: number | null];

/** Whether a change says where the task went. Programs that read a task from a file write a row that does not. */
export function namesStatus([to]: StatusChange): boolean {
  return to !== '';
}

export type SessionRecord = readonly [
  id: number,
  phase: string,
  startedAt: number,
  /** Null while it is open. */
  endedAt: number | null,
  /** The status that a rejection sent the task to; null where the session was not rejected. */
  rejectedTo: string | null,
];

/** Cuts the life of a task, as it is at `now`, into segments. */
export type TaskTimelineOf = (task: TaskRecord, now: number) => TaskTimeline;

/**
 * A life begins with the creation of the task, or with its first change where that is earlier, and ends when it was
 * completed: when it became complete for the last time, if it still is. Whoever holds a task works on it, whatever its
 * status says. A clock that went backwards stands still until it has caught up; of two sessions at once, the one that
 * started first has the instant; what a session says of the time before or after the life is left out.
 */
export function timelinesIn(workflow: Workflow): TaskTimelineOf {
  const standings = new Map([...workflow.statuses.keys()].map((name) => [name, standing(workflow, name)]));
  return (task, now) => {
    const { since, until, spells } = outline(workflow, task, now);
    const isOver = isComplete(workflow, task.status);
    const segments: Segment[] = [];
    const passedAgain = new Set<string>();
    let reached = since;
    let place = 0;
    // Where the task stood before a pause: the pause belongs to that phase.
    let phaseBefore = anyPhase;
    let held: Stint | undefined;

    const spend = ({ kind, phase, sessionId }: Stint, end: number) => {
      const last = segments.at(-1);
      if (last?.kind === kind && last.phase === phase && last.sessionId === sessionId) last.until = end;
      else segments.push({ kind, phase, since: reached, until: end, sessionId });
      reached = end;
    };
    /** Spends the time up to `end` as the statuses say, and returns what the task does at `end`. */
    const stand = (end: number): Stint => {
      for (;;) {
        const status = spells[place]?.status ?? task.status;
        const { kind, phase } = standings.get(status) ?? standing(workflow, status);
        if (kind !== 'blocked') phaseBefore = phase;
        const stint = { kind, phase: phaseBefore, sessionId: null };
        const change = spells[place + 1]?.at ?? Number.POSITIVE_INFINITY;
        if (Math.min(change, end) > reached) spend(stint, Math.min(change, end));
        if (change > end) return stint;
        place += 1;
      }
    };

    for (const [sessionId, phase, startedAt, endedAt, rejectedTo] of inOrder(task.sessions)) {
      const kind = passedAgain.has(phase) ? 'rework' : 'work';
      const end = Math.min(endedAt ?? until, until);
      if (end > Math.max(startedAt, reached)) {
        if (startedAt > reached) stand(startedAt);
        spend({ kind, phase, sessionId }, end);
      }
      if (endedAt === null && startedAt <= until) held ??= { kind, phase, sessionId };
      if (rejectedTo !== null)
        for (const again of phasesOfTheWay(workflow, phase, rejectedTo)) passedAgain.add(again);
    }
    const stood = stand(until);
    // What has begun this instant has lasted for no time yet, and goes on.
    if (!isOver) spend(held ?? stood, until);
    return { since, until, isOver, segments };
  };
}

type Stint = Pick<Segment, 'kind' | 'phase' | 'sessionId'>;

interface Standing {
  readonly kind: 'queue' | 'blocked' | 'idle';
  readonly phase: string;
}

/** What a task in this status does while nobody holds it. A status that the workflow does not know says nothing. */
function standing(workflow: Workflow, name: string): Standing {
  const status = workflow.statuses.get(name);
  const phase = status?.phase ?? anyPhase;
  if (isPause(name)) return { kind: 'blocked', phase };
  return { kind: status !== undefined && isQueue(name) ? 'queue' : 'idle', phase };
}

interface Spell {
  readonly status: string;
  readonly at: number;
}

/** The statuses of a task in their order, and from when to when it lived. */
function outline(
  workflow: Workflow,
  { status, createdAt, completedAt, firstStatus, changes, sessions }: TaskRecord,
  now: number,
): { since: number; until: number; spells: readonly Spell[] } {
  const since = beginning(createdAt, changes, sessions) ?? now;
  const named = changes.filter(namesStatus);
  let current = firstStatus || (named[0]?.[0] ?? status);
  const spells: Spell[] = [{ status: current, at: since }];
  let latest = since;
  // When the task became complete, or ceased to be so, for the last time.
  let turned = since;
  for (const [to, at] of named) {
    if (at !== null && at > latest) latest = at;
    if (to === current) continue;
    spells.push({ status: to, at: latest });
    if (isComplete(workflow, to) !== isComplete(workflow, current)) turned = latest;
    current = to;
  }
  if (!isComplete(workflow, status)) return { since, until: Math.max(since, now), spells };
  if (named.length > 0 && isComplete(workflow, current)) return { since, until: turned, spells };
  // Another program completed it and left no word of when in the history.
  const ends = sessions.map(([, , , endedAt]) => endedAt ?? since);
  return { since, until: Math.max(latest, completedAt ?? since, ...ends), spells };
}

function beginning(
  createdAt: number | null,
  changes: readonly StatusChange[],
  sessions: readonly SessionRecord[],
): number | undefined {
  const firstChange = changes[0]?.[1] ?? null;
  if (createdAt !== null && firstChange !== null) return Math.min(createdAt, firstChange);
  return (
    createdAt ??
    firstChange ??
    changes.find(([, at]) => at !== null)?.[1] ??
    inOrder(sessions)[0]?.[2] ??
    undefined
  );
}

function inOrder(sessions: readonly SessionRecord[]): readonly SessionRecord[] {
  return sessions.length < 2
    ? sessions
    : sessions.toSorted(([id, , start], [otherId, , otherStart]) => start - otherStart || id - otherId);
}

/** The phases that a task passes again when it is sent back: from where it is sent to, up to where it was. */
function phasesOfTheWay(workflow: Workflow, from: string, rejectedTo: string): readonly string[] {
  const first = phaseRank(workflow, workflow.statuses.get(rejectedTo)?.phase ?? anyPhase);
  const last = phaseRank(workflow, from);
  const between = first === undefined || last === undefined ? [] : workflow.phases.slice(first, last);
  return [...between, from];
}

function isComplete(workflow: Workflow, status: string): boolean {
  return workflow.statuses.get(status)?.isComplete === true;
}
