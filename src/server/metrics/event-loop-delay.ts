import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late timers come, in seconds: as long as something else holds up the event loop. */
export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface EventLoopMonitor {
  /** What was measured since the last look. */
  look(): EventLoopDelay;
  close(): void;
}

const resolutionMs = 20;

/** Measures from now until it is closed; it keeps no process alive. */
export function watchEventLoop(): EventLoopMonitor {
  const intervals = monitorEventLoopDelay({ resolution: resolutionMs });
  intervals.enable();
  // What is measured is the time between two timers, which is never less than was asked for by much.
  const delay = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(nanoseconds / 1e9 - resolutionMs / 1_000, 0) : 0;
  return {
    look() {
      const seen = {
        p50: delay(intervals.percentile(50)),
        p99: delay(intervals.percentile(99)),
        max: delay(intervals.max),
      };
      intervals.reset();
      return seen;
    },
    close: () => void intervals.disable(),
  };
}
