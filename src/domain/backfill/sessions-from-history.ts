import { presentText } from '../tasks/task-history.ts';
import type { HistoryRow } from './history-rows.ts';
import { isWork } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { outcomeOf } from './outcome.ts';

/** A session that is recorded in the database. */
export interface RecordedSession {
  readonly claimedTo: string;
  readonly startedAtMs: number;
  /** The end of the session. Null while the session is open. */
  readonly endedAtMs: number | null;
}

/** A past session, found in the history of a task. */
export interface PastSession {
  /** The id of the history row that starts the session. */
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

/** Why the backfill skips a history row. */
export type SkipReason =
  /** The row belongs to a task that does not exist. */
  | 'no-task'
  /** The row does not name a new status. */
  | 'no-status'
  /** The new status is not in the workflow. */
  | 'unknown-status'
  /** The work has not ended yet. The backfill adds only ended sessions. */
  | 'still-open'
  /** The start or the end of the work cannot be read as a time. */
  | 'unreadable-time'
  /** The work would end before it began, or would overlap with other work on the task. */
  | 'clock-went-back'
  /** The database already has a session of the task at this time. */
  | 'already-recorded';

export interface Skip {
  readonly reason: SkipReason;
  readonly historyId: number;
  /** The new status in the history row. Empty if the row has none. */
  readonly status: string;
}

export interface SessionsFromHistory {
  readonly sessions: readonly PastSession[];
  readonly skipped: readonly Skip[];
}

/** Finds past sessions in the history of one task. Also returns the history rows that it skipped. */
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

  // Two pieces of work can start in the same second, so match each recorded session with only one of them.
  const unmatched = [...recorded];
  // Use the order of the rows, not of their times, because clocks can be set back.
  const moves = movesOf(history);
  for (const [index, opening] of moves.entries()) {
    // Work begins with a move to an `in_*` status and ends with the next move.
    if (!isWork(opening.newStatus)) continue;
    const work = workBetween(workflow, opening, moves[index + 1]);
    if ('reason' in work) skipped.push(work);
    else if (found.some((other) => overlap(work, other))) skipped.push(skip('clock-went-back', opening));
    else {
      found.push(work);
      const same = unmatched.findIndex((session) => isSame(work, session));
      if (same !== -1) unmatched.splice(same, 1);
      if (same !== -1 || recorded.some((session) => overlap(work, session, roundingMs)))
        skipped.push(skip('already-recorded', opening));
      else sessions.push(work);
    }
  }
  return { sessions, skipped };
}

/** Skips history rows whose task does not exist. */
export function skipWithoutTask(history: readonly HistoryRow[]): SessionsFromHistory {
  return { sessions: [], skipped: history.map((entry) => skip('no-task', entry)) };
}

interface Move extends HistoryRow {
  readonly from: string;
}

/** Returns only the rows that change the status of the task. */
export function movesOf(history: readonly HistoryRow[]): readonly Move[] {
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

function workBetween(workflow: Workflow, opening: Move, closing: Move | undefined): PastSession | Skip {
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

/** An earlier version rounded times. This one cuts off digits, so the times of recorded sessions can be a bit later. */
const roundingMs = 1;

/** Whether two periods overlap. Periods that only touch do not overlap. */
function overlap(one: Period, other: Period, toleranceMs = 0): boolean {
  return startsBeforeEndOf(one, other, toleranceMs) && startsBeforeEndOf(other, one, toleranceMs);
}

function startsBeforeEndOf({ startedAtMs }: Period, { endedAtMs }: Period, toleranceMs: number): boolean {
  return endedAtMs === null || startedAtMs + toleranceMs < endedAtMs;
}

/** Whether the session records this work. Compares the start times, because `overlap` ignores work of length zero. */
function isSame(work: PastSession, session: RecordedSession): boolean {
  const lateByMs = session.startedAtMs - work.startedAtMs;
  return lateByMs >= 0 && lateByMs <= roundingMs && work.claimedTo === session.claimedTo;
}

function skip(reason: SkipReason, { id, newStatus }: HistoryRow): Skip {
  return { reason, historyId: id, status: newStatus };
}
