import type { DueSession } from './active-sessions.ts';
import type { Expected } from './receipts.ts';

export interface Deadlines {
  /** The threshold as the API takes it. */
  staleAfter: string;
  expected: Expected[];
}

/** How long everybody has to subscribe before the first session turns stale. */
const leadMs = 2_000;

/**
 * A threshold with which the first of these sessions turns stale shortly, and when each of them does. Nothing has to
 * be known about how long the preparations took, and the same sessions can turn stale again with another threshold.
 */
export function nextDeadlines(due: readonly DueSession[]): Deadlines {
  const [first] = due;
  if (first === undefined) throw new Error('No session is due');
  const seconds = Math.ceil((Date.now() + leadMs - first.startedAtMs) / 1_000);
  return {
    staleAfter: `${seconds}s`,
    expected: due.map(({ id, startedAtMs }) => ({ sessionId: id, dueAtMs: startedAtMs + seconds * 1_000 })),
  };
}
