import type { Clock } from '../../shared/clock.ts';

/** Notices when the clock is set, or was stopped while the machine slept. */
export interface ClockJumps {
  /** Compares the clock with one that nobody can set; whoever goes by the clock looks before. */
  look(): void;
  /** Told by how many milliseconds the clock is ahead of where it should be; behind is negative. */
  listen(onJump: (byMs: number) => void): () => void;
}

/** What machines correct all the time without anybody's doing, in milliseconds. */
export const correctionMs = 250;

export function createClockJumps(clock: Clock): ClockJumps {
  const listeners = new Set<(byMs: number) => void>();
  /** How far the clock is ahead of the steady one; a pause of the process between two readings is not a jump. */
  const aheadMs = () => {
    for (;;) {
      const beforeMs = clock.steadyMs();
      const wallMs = clock.now().getTime();
      if (clock.steadyMs() - beforeMs <= correctionMs / 2) return wallMs - beforeMs;
    }
  };
  let expectedMs = aheadMs();
  return {
    look() {
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
