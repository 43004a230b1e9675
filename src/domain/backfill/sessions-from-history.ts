import { type HistoryRow, presentText } from '../tasks/task-history.ts';
import { isWork } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { Outcome } from '../sessions/close-session.ts';
import { outcomeOf } from './outcome.ts';

/** A session that the task has already, and that stays as it is. */
export interface RecordedSession {
  readonly claimedTo: string;
  readonly startedAtMs: number;
  /** Null while somebody is at work. */
  readonly endedAtMs: number | null;
}

/** A segment of work that the history tells of, from its first to its last instant. */
export interface PastSession {
  /** The row that opens it. */
  readonly historyId: number;
  readonly agentId: string;
  readonly phase: string;
  readonly claimedFrom: string;
  readonly claimedTo: string;
  readonly closedTo: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
  readonly notes: string | null;
}

/**
 * Why a row, or the segment of work that it opens, makes no session.
 *
 * - no-task: its task does not exist
 * - no-status: it says of no status that the task went there
 * - unknown-status: work in a status that the workflow does not have
 * - still-open: nothing ends the work, and a session that is open would need somebody who holds it
 * - unreadable-time: it is not known when the work began or ended
 * - clock-went-back: the work would end before it began, or overlap with other work on the task
 * - already-recorded: the task has a session of that time
 */
export type SkipReason =
  | 'no-task'
  | 'no-status'
  | 'unknown-status'
  | 'still-open'
  | 'unreadable-time'
  | 'clock-went-back'
  | 'already-recorded';

export interface Skip {
  readonly reason: SkipReason;
  /** The row; of a segment of work the one that opens it. */
  readonly historyId: number;
  /** The status that the row names. */
  readonly status: string;
}

export interface SessionsFromHistory {
  readonly sessions: readonly PastSession[];
  readonly skipped: readonly Skip[];
}

/**
 * The sessions that the history of one task tells of, in the order of its rows, and the rows that make none.
 *
 * Work begins with a row that puts the task in an `in_*` status and ends with the next one that puts it elsewhere.
 * The order is that of the rows: their times are those of clocks that are set, and come second. What has been
 * recorded is left alone, so that a history can be read any number of times.
 */
export function sessionsFromHistory(
  workflow: Workflow,
  history: readonly HistoryRow[],
  recorded: readonly RecordedSession[],
): SessionsFromHistory {
  const found: PastSession[] = [];
  const sessions: PastSession[] = [];
  const skipped: Skip[] = history
    .filter(({ newStatus }) => newStatus === '')
    .map((entry) => skip('no-status', entry));

  // Where a task was worked on twice within the second that its times are exact to, a session is one of the two.
  const unmatched = [...recorded];
  const moves = movesOf(history);
  for (const [index, opening] of moves.entries()) {
    if (!isWork(opening.newStatus)) continue;
    const segment = segmentOfWork(workflow, opening, moves[index + 1]);
    if ('reason' in segment) skipped.push(segment);
    else if (found.some((other) => overlap(segment, other))) skipped.push(skip('clock-went-back', opening));
    else {
      found.push(segment);
      const same = unmatched.findIndex((session) => isSame(segment, session));
      if (same !== -1) unmatched.splice(same, 1);
      if (same !== -1 || recorded.some((session) => overlap(segment, session)))
        skipped.push(skip('already-recorded', opening));
      else sessions.push(segment);
    }
  }
  return { sessions, skipped };
}

/** What a history comes to whose task does not exist. */
export function ofNoTask(history: readonly HistoryRow[]): SessionsFromHistory {
  return { sessions: [], skipped: history.map((entry) => skip('no-task', entry)) };
}

interface Move extends HistoryRow {
  readonly from: string;
}

/**
 * The rows that put the task in another status than the one it was in. A row without a status, such as programs
 * write when they read a task from a file, and one that repeats the status, move nothing.
 */
function movesOf(history: readonly HistoryRow[]): readonly Move[] {
  const moves: Move[] = [];
  let status: string | null = null;
  for (const entry of history) {
    if (entry.newStatus === '') continue;
    const before: string | null = status ?? presentText(entry.oldStatus);
    status = entry.newStatus;
    if (status !== before) moves.push({ ...entry, from: presentText(entry.oldStatus) ?? before ?? status });
  }
  return moves;
}

function segmentOfWork(workflow: Workflow, opening: Move, closing: Move | undefined): PastSession | Skip {
  const status = workflow.statuses.get(opening.newStatus);
  if (status === undefined) return skip('unknown-status', opening);
  if (closing === undefined) return skip('still-open', opening);
  if (opening.atMs === null || closing.atMs === null) return skip('unreadable-time', opening);
  if (closing.atMs < opening.atMs) return skip('clock-went-back', opening);
  return {
    historyId: opening.id,
    agentId: presentText(opening.agent) ?? 'unknown',
    phase: status.phase,
    claimedFrom: opening.from,
    claimedTo: status.name,
    closedTo: closing.newStatus,
    startedAtMs: opening.atMs,
    endedAtMs: closing.atMs,
    outcome: outcomeOf(workflow, status.name, closing.newStatus),
    notes: presentText(closing.rejectionReason) ?? presentText(closing.notes),
  };
}

type Period = Pick<RecordedSession, 'startedAtMs' | 'endedAtMs'>;

/** One may begin in the instant in which the other ends. */
function overlap(one: Period, other: Period): boolean {
  return startsBeforeEndOf(one, other) && startsBeforeEndOf(other, one);
}

function startsBeforeEndOf({ startedAtMs }: Period, { endedAtMs }: Period): boolean {
  return endedAtMs === null || startedAtMs < endedAtMs;
}

/** Work that was over in the instant in which it began overlaps with nothing, not even with itself. */
function isSame(segment: PastSession, session: RecordedSession): boolean {
  return segment.startedAtMs === session.startedAtMs && segment.claimedTo === session.claimedTo;
}

function skip(reason: SkipReason, { id, newStatus }: HistoryRow): Skip {
  return { reason, historyId: id, status: newStatus };
}
