import type { Clock } from '../../shared/clock.ts';

/** Detects that the clock was set, or that the machine slept. */
export interface ClockJumps {
  /** Compares the clock with a steady clock, which cannot be set. Call it before you rely on the time. */
  check(): void;
  /** `byMs` is how far the clock jumped, in milliseconds; negative if it was set back. Returns a function that ends it. */
  listen(onJump: (byMs: number) => void): () => void;
}

/** Smaller differences are ignored: time synchronisation corrects clocks by that much all the time, in milliseconds. */
export const correctionMs = 250;

export function createClockJumps(clock: Clock): ClockJumps {
  const listeners = new Set<(byMs: number) => void>();
  /** How far the clock is ahead of the steady one. Reads again if the process was paused between the two readings. */
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
