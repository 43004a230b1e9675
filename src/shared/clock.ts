/** A timer that can be called off. Cancelling one that has fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void;
}

export interface TimerOptions {
  /** The program may end without waiting for it. */
  unref?: boolean;
}

/** Where the time comes from. Everything that needs it is handed one. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some instant, on a clock that nobody can set. */
  steadyMs(): number;
  /** Calls `onDue` once, at least `delayMs` milliseconds from now, or somewhat earlier where the delay is beyond what the platform can count. */
  setTimer(delayMs: number, onDue: () => void, options?: TimerOptions): Timer;
}

/** The platform counts delays in 31 bits; a longer one would fire after a millisecond. */
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

/** Waits for `work`, but no longer than this. */
export function noLongerThan(milliseconds: number, clock: Clock, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(milliseconds, resolve);
    work.finally(() => timer.cancel()).then(() => resolve(), reject);
  });
}
