import type { Timing } from '../../measure.ts';
import type { DialectName } from './dialects.ts';

/** What each client does, again and again: two requests for `claims` and `nextClaims`, otherwise one. */
export type Work = 'claims' | 'nextClaims' | 'typename' | 'nested' | 'phaseDurations';

/** A request to the load generator. */
export interface LoadJob {
  url: string;
  dialect: DialectName;
  work: Work;
  clients: number;
  seconds: number;
  /** Stop earlier after this many rounds. Default: no limit. */
  mostRounds?: number;
  /** The first task to claim, for `claims`: the tasks are numbered from 0 to `taskCount` - 1. */
  firstTask?: number;
  taskCount?: number;
}

export interface LoadResult {
  /** Rounds per second of all clients together, and their durations. */
  rounds: number;
  perSecond: number;
  /** The claims alone, or the requests if there are no claims. */
  requests: Timing;
  /** The task after the last one that was claimed. */
  nextTask: number;
  /** The number of sessions that `nested` read on one walk through its pages, to compare the systems. */
  sessionsRead: number | null;
}

/** The answer of the load generator. */
export type LoadReply = { result: LoadResult } | { error: string };

/** The key of a task that was added for the measurements. */
export function taskKey(index: number): string {
  return `T-E90-F01-${String(index + 1).padStart(5, '0')}`;
}
