import { type HistoryRow, presentText } from '../tasks/task-history.ts';
import { isWork } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { outcomeOf } from './outcome.ts';

/** A session in the database. */
export interface RecordedSession {
  readonly claimedTo: string;
  readonly startedAtMs: number;
  /** The end of the session; null while it is open. */
  readonly endedAtMs: number | null;
}

/** A session found in the history. */
export interface PastSession {
  /** The id of the history row that starts it. */
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
 * Why a history row does not start a session:
 *
 * - no-task: its task does not exist
 * - no-status: it names no new status
 * - unknown-status: the work status is not in the workflow
 * - still-open: no later row ends the work, and an open session needs an agent that holds it
 * - unreadable-time: the time of the start or the end cannot be read
 * - clock-went-back: the work would end before it began, or overlap with other work on the task
 * - already-recorded: the task has a session at that time
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
  readonly historyId: number;
  /** The new status of the row. */
  readonly status: string;
}

export interface SessionsFromHistory {
  readonly sessions: readonly PastSession[];
  readonly skipped: readonly Skip[];
}

/**
 * Finds the sessions in the history of one task, in the order of its rows, and the rows that had to be skipped.
 *
 * Work begins with a row that moves the task into an `in_*` status and ends with the next row that moves it elsewhere.
 * The order of the rows counts, not their times: clocks can be set back. Sessions that are recorded already are
 * skipped, so that a backfill can be repeated.
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

  // Times can be exact to the second only. If work happened twice in one second, each recorded session matches once.
  const unmatched = [...recorded];
  const moves = movesOf(history);
  for (const [index, opening] of moves.entries()) {
    if (!isWork(opening.newStatus)) continue;
    const work = workBetween(workflow, opening, moves[index + 1]);
    if ('reason' in work) skipped.push(work);
    else if (found.some((other) => overlap(work, other))) skipped.push(skip('clock-went-back', opening));
    else {
      found.push(work);
      const same = unmatched.findIndex((session) => isSame(work, session));
      if (same !== -1) unmatched.splice(same, 1);
      if (same !== -1 || recorded.some((session) => overlap(work, session)))
        skipped.push(skip('already-recorded', opening));
      else sessions.push(work);
    }
  }
  return { sessions, skipped };
}

/** The result for rows whose task does not exist. */
export function skipWithoutTask(history: readonly HistoryRow[]): SessionsFromHistory {
  return { sessions: [], skipped: history.map((entry) => skip('no-task', entry)) };
}

interface Move extends HistoryRow {
  readonly from: string;
}

/** The rows that change the status of the task: those without a new status and those that repeat it are left out. */
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

/** Two periods do not overlap if one ends exactly when the other begins. */
function overlap(one: Period, other: Period): boolean {
  return startsBeforeEndOf(one, other) && startsBeforeEndOf(other, one);
}

function startsBeforeEndOf({ startedAtMs }: Period, { endedAtMs }: Period): boolean {
  return endedAtMs === null || startedAtMs < endedAtMs;
}

/** Compares start times. A check for overlap would miss sessions of length zero, which overlap with nothing. */
function isSame(work: PastSession, session: RecordedSession): boolean {
  return work.startedAtMs === session.startedAtMs && work.claimedTo === session.claimedTo;
}

function skip(reason: SkipReason, { id, newStatus }: HistoryRow): Skip {
  return { reason, historyId: id, status: newStatus };
}
