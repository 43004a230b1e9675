import type { Clock, Timer } from '../../shared/clock.ts';
import type { CommitSignal } from '../../db/commit-signal.ts';
import { createCoalescedPoll } from '../events/shared-poll.ts';
import type { ClockJumps } from './clock-jumps.ts';

export interface DeadlineTimerOptions {
  clock: Clock;
  jumps: ClockJumps;
  commits: CommitSignal;
  /** The time from the start of a session to its deadline, in milliseconds. */
  thresholdMs: number;
  /** Handles every deadline that has passed; returns the next one, or null if there is none. */
  poll: () => Promise<Date | null>;
  onError: (error: unknown) => void;
}

/** Polls at each deadline of a threshold, between `start` and `stop`. */
export interface DeadlineTimer {
  start(): void;
  /** Polls at once instead of at the next deadline. */
  pollNow(): void;
  /** Stops the timer. A stopped timer cannot be started again. */
  stop(): void;
}

/** A timer is not corrected when the clock is set or the machine sleeps, so the clock is checked once per second. */
const longestWaitMs = 1_000;
const noDeadline = Number.POSITIVE_INFINITY;

/**
 * One timer per threshold, shared by all its subscribers and set to the next deadline. Active sessions in order of
 * start are also in order of deadline. A new claim is therefore never due before the deadline that the timer is set
 * to, and needs no query. A heartbeat only moves a deadline later. The states:
 *
 * - Stopped: no timer, no queries.
 * - No deadline, because no session is active: no timer. Each commit of this process causes a poll, since it may have
 *   opened a session.
 * - Waiting for a deadline: the clock is checked once per second, without a query. Commits of this process cause a
 *   poll only if the clock was set back: a new claim can then be due before the current deadline.
 * - Due: one poll handles every deadline that has passed and finds the next one. A late poll finds everything that is
 *   overdue.
 *
 * A session that another process wrote can be due at any time. Each commit of another process causes a poll.
 */
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
