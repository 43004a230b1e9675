/** A timer that can be cancelled. Cancelling it again, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

export interface TimerOptions {
  /** If true, the process may exit before the timer fires. Default: false. */
  unref?: boolean;
}

/** The source of time, passed to all code that needs it so that tests can control it. */
export interface Clock {
  now(): Date;
  /** Milliseconds on a monotonic clock, which changes of the system time do not affect. */
  steadyMs(): number;
  /** Calls `onDue` once, after at least `delayMs`. A delay of more than 24.8 days fires early, after 24.8 days. */
  setTimer(delayMs: number, onDue: () => void, options?: TimerOptions): Timer;
}

/** The limit of setTimeout. It fires after 1 ms for a longer delay. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  steadyMs: () => performance.now(),
  setTimer(delayMs, onDue, { unref = false } = {}) {
    const handle = setTimeout(onDue, Math.min(Math.max(delayMs, 0), longestDelayMs));
    if (unref) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Waits until `work` settles, at most `milliseconds`. Rejects if `work` rejects in time. */
export function waitAtMost(milliseconds: number, clock: Clock, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(milliseconds, resolve);
    work.finally(() => timer.cancel()).then(() => resolve(), reject);
  });
}
