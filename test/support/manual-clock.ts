import type { Clock, Timer } from '../../src/shared/clock.ts';

/** A clock that only moves when a test advances or sets it. */
export interface ManualClock extends Clock {
  /** Advances by `milliseconds` and calls the timers that become due, each at its own time. */
  advance(milliseconds: number): void;
  /** Sets the time without calling timers, like a change of the system clock. */
  jumpTo(instant: Date | string): void;
  /** The remaining milliseconds of each timer, shortest first. Excludes unref'ed timers. */
  readonly pending: readonly number[];
  /** The same for unref'ed timers. */
  readonly pendingUnref: readonly number[];
}

export function manualClock(start: Date | string = '2026-01-11T10:00:00.000Z'): ManualClock {
  let wall = new Date(start).getTime();
  // Timers use a separate monotonic clock that cannot be set, like the timers of Node.js.
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
