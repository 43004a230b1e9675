import type { Clock } from '../../shared/clock.ts';

/** Detects that the clock was set, or that the machine slept. */
export interface ClockJumps {
  /** Compares the clock with a steady clock, which cannot be set. Call it before you rely on the time. */
  check(): void;
  /**
   * Calls `onJump` after each jump. `byMs` is the size of the jump in milliseconds, negative if the clock was set back.
   * Returns a function that removes the listener.
   */
  listen(onJump: (byMs: number) => void): () => void;
}

/** Jumps up to this size are ignored, in milliseconds: time synchronisation often corrects clocks by such amounts. */
export const correctionMs = 250;

export function createClockJumps(clock: Clock): ClockJumps {
  const listeners = new Set<(byMs: number) => void>();
  /**
   * How far the clock is ahead of the steady clock. If the process was paused between reading the two clocks, reads
   * both again.
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
