import type { Clock, Timer } from '../../shared/clock.ts';
import type { CommitSignal } from '../../db/commit-signal.ts';
import { createCoalescedPoll } from '../events/shared-poll.ts';
import type { ClockJumps } from './clock-jumps.ts';

export interface DeadlineTimerOptions {
  clock: Clock;
  jumps: ClockJumps;
  commits: CommitSignal;
  /** The time from the start or last heartbeat of a session to its deadline, in milliseconds. */
  thresholdMs: number;
  /** Handles all deadlines that have passed. Returns the next deadline, or null if there is none. */
  poll: () => Promise<Date | null>;
  onError: (error: unknown) => void;
}

/** A timer that polls at each deadline, when a session turns stale. */
export interface DeadlineTimer {
  start(): void;
  /** Polls immediately, without waiting for the next deadline. */
  pollNow(): void;
  /** Stops the timer permanently. */
  stop(): void;
}

/**
 * The longest wait between two checks of the clock, in milliseconds, because timers of Node.js do not notice clock
 * jumps.
 */
const longestWaitMs = 1_000;
/**
 * The value of `deadlineMs` while no deadline is known. Every commit then causes a poll, because the commit may open a
 * session.
 */
const noDeadline = Number.POSITIVE_INFINITY;

/** Creates the timer that all subscribers to one threshold share. */
export function createDeadlineTimer(options: DeadlineTimerOptions): DeadlineTimer {
  const { clock, jumps, commits, thresholdMs, onError } = options;
  let isStopped = false;
  let timer: Timer | undefined;
  let unlisten: (() => void) | undefined;
  let deadlineMs = noDeadline;

  const nowMs = () => clock.now().getTime();

  const disarm = () => {
    timer?.cancel();
    timer = undefined;
    deadlineMs = noDeadline;
  };

  const wait = () => {
    jumps.check();
    const delayMs = deadlineMs - nowMs();
    if (delayMs <= 0) poll.request();
    else timer = clock.setTimer(Math.min(delayMs, longestWaitMs), wait);
  };

  const poll = createCoalescedPoll({
    clock,
    onError,
    async poll() {
      disarm();
      jumps.check();
      const next = await options.poll();
      if (next === null || isStopped) return;
      deadlineMs = next.getTime();
      wait();
    },
  });

  return {
    start() {
      unlisten = commits.listen((origin) => {
        // A session of another process can have any deadline. A new session of this process has an earlier deadline
        // than the known one only if the clock was set back.
        if (origin === 'elsewhere' || nowMs() + thresholdMs < deadlineMs) poll.request();
      });
      poll.request();
    },
    pollNow: poll.request,
    stop() {
      isStopped = true;
      poll.stop();
      disarm();
      unlisten?.();
    },
  };
}
