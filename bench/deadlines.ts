import type { DueSession } from './active-sessions.ts';
import type { Expected } from './receipts.ts';

export interface Deadlines {
  /** The threshold as the API takes it. */
  staleAfter: string;
  expected: Expected[];
}

/** The time for all sockets to subscribe before the first session turns stale. */
const leadMs = 2_000;

/**
 * A threshold with which the first of these sessions turns stale soon, and the deadline of each session. It depends on
 * the current time, so a later call makes the same sessions turn stale again.
 */
export function nextDeadlines(due: readonly DueSession[]): Deadlines {
  const [first] = due;
  if (first === undefined)
    throw new Error('There are no sessions: fill the database with at least one due session');
  const seconds = Math.ceil((Date.now() + leadMs - first.startedAtMs) / 1_000);
  return {
    staleAfter: `${seconds}s`,
    expected: due.map(({ id, startedAtMs }) => ({ sessionId: id, dueAtMs: startedAtMs + seconds * 1_000 })),
  };
}
