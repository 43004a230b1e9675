import type { Clock } from '../../shared/clock.ts';

/** Detects jumps of the clock, which happen if it is set or if the machine sleeps. */
export interface ClockJumps {
  /** Looks for a jump of the clock. Call this before you rely on the time, because jumps are detected only here. */
  check(): void;
  /**
   * Adds a listener for the size of each jump, in milliseconds. The size is negative if the clock was set back. Returns
   * a function that removes the listener.
   */
  listen(onJump: (byMs: number) => void): () => void;
}

/** The largest clock jump to ignore, in milliseconds, because time synchronisation often makes small corrections. */
export const correctionMs = 250;

export function createClockJumps(clock: Clock): ClockJumps {
  const listeners = new Set<(byMs: number) => void>();
  /**
   * Returns how many milliseconds the clock is ahead of the steady clock. Reads both clocks again if the process paused
   * between the two readings.
   */
  const aheadMs = () => {
    for (;;) {
      const beforeMs = clock.steadyMs();
      const wallMs = clock.now().getTime();
      if (clock.steadyMs() - beforeMs <= correctionMs / 2) return wallMs - beforeMs;
    }
  };
  let expectedMs = aheadMs();
  return {
    check() {
      const byMs = aheadMs() - expectedMs;
      expectedMs += byMs;
      if (Math.abs(byMs) > correctionMs) for (const onJump of [...listeners]) onJump(byMs);
    },
    listen(onJump) {
      listeners.add(onJump);
      return () => listeners.delete(onJump);
    },
  };
}
