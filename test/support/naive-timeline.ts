import type { Segment } from '../../src/domain/analytics/task-timeline.ts';
import type { SessionRecord, TaskRecord } from '../../src/domain/tasks/task-history.ts';
import type { Workflow } from '../../src/domain/workflow/workflow.ts';

/**
 * An independent computation of a task's segments between two instants: the time is cut at every instant in the
 * records, and the kind of each piece is computed separately from all records.
 */
export function naiveSegments(
  workflow: Workflow,
  task: TaskRecord,
  { since, until }: { since: number; until: number },
): Segment[] {
  const changes = statusesInOrder(task, since);
  const sessions = task.sessions.toSorted(([a, , start], [b, , otherStart]) => start - otherStart || a - b);
  const instants = [
    since,
    until,
    ...changes.map(({ at }) => at),
    ...sessions.flatMap(([, , start, end]) => (end === null ? [start] : [start, end])),
  ];
  const cuts = [...new Set(instants)]
    .filter((instant) => instant >= since && instant <= until)
    .toSorted((one, other) => one - other);
  const pieces = cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    return { ...judge(workflow, changes, sessions, start), since: start, until: end };
  });
  const joined: Segment[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.kind === piece.kind && last.phase === piece.phase && last.sessionId === piece.sessionId)
      last.until = piece.until;
    else joined.push(piece);
  }
  return joined;
}

interface Change {
  status: string;
  at: number;
}

/** The statuses with the times they were entered, which never go back. */
function statusesInOrder({ status, firstStatus, changes }: TaskRecord, since: number): Change[] {
  const named = changes.filter(([to]) => to !== '');
  const first = named[0]?.[0] ?? status;
  const before = firstStatus === null || firstStatus === '' ? first : firstStatus;
  return [
    { status: before, at: since },
    ...named.map(([to], index) => ({
      status: to,
      at: Math.max(since, ...named.slice(0, index + 1).map(([, at]) => at ?? since)),
    })),
  ];
}

function judge(
  workflow: Workflow,
  changes: readonly Change[],
  sessions: readonly SessionRecord[],
  instant: number,
): Pick<Segment, 'kind' | 'phase' | 'sessionId'> {
  const place = sessions.findIndex(([, , start, end]) => start <= instant && (end === null || end > instant));
  const session = sessions[place];
  if (session !== undefined) {
    const [sessionId, phase] = session;
    const again = sessions
      .slice(0, place)
      .some(([, from, , , to]) => to !== null && leadsAgain(workflow, from, to, phase));
    return { kind: again ? 'rework' : 'work', phase, sessionId };
  }
  const past = changes.filter(({ at }) => at <= instant).map(({ status }) => status);
  const status = past.at(-1) ?? '';
  const phaseOf = (name: string | undefined) => workflow.statuses.get(name ?? '')?.phase ?? 'any';
  const isPause = (name: string) => name === 'blocked' || name === 'on_hold';
  if (isPause(status))
    return { kind: 'blocked', phase: phaseOf(past.findLast((name) => !isPause(name))), sessionId: null };
  const waits = workflow.statuses.has(status) && status.startsWith('ready_for_');
  return { kind: waits ? 'queue' : 'idle', phase: phaseOf(status), sessionId: null };
}

/** Whether a task must go through a phase again after it was rejected in `from` and moved to the status `to`. */
function leadsAgain(workflow: Workflow, from: string, to: string, phase: string): boolean {
  if (phase === from) return true;
  const [first, last, asked] = [workflow.statuses.get(to)?.phase ?? '', from, phase].map((name) =>
    workflow.phases.indexOf(name),
  );
  if (first === undefined || last === undefined || asked === undefined) return false;
  return first >= 0 && first <= asked && asked <= last;
}
