/** A timer. Cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

export interface TimerOptions {
  /** If true, the process may exit before the timer fires. Default: false. */
  unref?: boolean;
}

/** The source of time. Tests replace it to control the time. */
export interface Clock {
  now(): Date;
  /** Returns milliseconds that never decrease, even if the system time is changed. */
  steadyMs(): number;
  /** Calls `onDue` once, after `delayMs` milliseconds, but after 24.8 days at the latest. */
  setTimer(delayMs: number, onDue: () => void, options?: TimerOptions): Timer;
}

/** The longest delay of `setTimeout`, which would treat a longer delay as 1 ms. */
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

/** Waits for `work`, but no longer than `milliseconds`. Rejects if `work` rejects within this time. */
export function waitAtMost(milliseconds: number, clock: Clock, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(milliseconds, resolve);
    work.finally(() => timer.cancel()).then(() => resolve(), reject);
  });
}
