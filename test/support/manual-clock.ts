import type { Clock, Timer } from '../../src/shared/clock.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves on by `milliseconds`, calling the timers that become due on the way, each at its own instant. */
  advance(milliseconds: number): void;
  /** Sets the time without calling any timer, as when somebody sets the clock of the machine. */
  jumpTo(instant: Date | string): void;
  /** How long each running timer still has, in milliseconds, the shortest first. Without timers that keep no process alive. */
  readonly pending: readonly number[];
  /** The same for timers that keep no process alive. */
  readonly pendingUnref: readonly number[];
}

export function manualClock(start: Date | string = '2026-01-11T10:00:00.000Z'): ManualClock {
  let wall = new Date(start).getTime();
  // Timers count on a clock of their own that nobody can set, as those of the platform do.
  let steady = 0;
  const timers = new Map<Timer, { due: number; onDue: () => void; unref: boolean }>();
  const earliest = () => [...timers].toSorted(([, one], [, other]) => one.due - other.due)[0];
  const running = (inBackground: boolean) =>
    [...timers.values()]
      .filter(({ unref }) => unref === inBackground)
      .map(({ due }) => due - steady)
      .toSorted((one, other) => one - other);

  return {
    now: () => new Date(wall),
    steadyMs: () => steady,
    setTimer(delayMs, onDue, { unref = false } = {}) {
      const timer: Timer = { cancel: () => timers.delete(timer) };
      timers.set(timer, { due: steady + Math.max(delayMs, 0), onDue, unref });
      return timer;
    },
    advance(milliseconds) {
      const end = steady + milliseconds;
      for (let next = earliest(); next !== undefined && next[1].due <= end; next = earliest()) {
        const [timer, { due, onDue }] = next;
        wall += due - steady;
        steady = due;
        timers.delete(timer);
        onDue();
      }
      wall += end - steady;
      steady = end;
    },
    jumpTo(instant) {
      wall = new Date(instant).getTime();
    },
    get pending() {
      return running(false);
    },
    get pendingUnref() {
      return running(true);
    },
  };
}
