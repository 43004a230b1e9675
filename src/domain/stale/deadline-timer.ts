import type { Clock, Timer } from '../../shared/clock.ts';
import type { CommitSignal } from '../../db/commit-signal.ts';
import type { ClockJumps } from './clock-jumps.ts';

export interface DeadlineTimerOptions {
  clock: Clock;
  jumps: ClockJumps;
  commits: CommitSignal;
  /** How long after its start something is due, in milliseconds. */
  thresholdMs: number;
  /** Deals with everything that is due by now; returns the next deadline, or null when there is none. */
  look: () => Promise<Date | null>;
  onError: (error: unknown) => void;
}

/** Looks at a line whenever a deadline is due, from `start` to `stop`. */
export interface DeadlineTimer {
  start(): void;
  /** Looks now, whatever the time. */
  look(): void;
  stop(): void;
}

/** A timer does not notice when somebody sets the clock or the machine sleeps, so none is trusted for longer. */
const longestWaitMs = 1_000;
const none = Number.POSITIVE_INFINITY;

/**
 * One timer for one line, however many watch it. It is set to the next deadline: open sessions in the order of their
 * start are in the order of their deadlines too, so a new claim is not due before the one that is waited for and
 * costs nothing, and a heartbeat only puts off. It goes through these states:
 *
 * - Stopped: no timer, no statement.
 * - Nothing is on the way: no timer; a commit of this process is looked at, since it may have opened something.
 * - Waiting: once a second the clock is looked at, which runs no statement. Commits of this process are looked at
 *   only if the clock was set back since: then a new claim can be due before the deadline that is waited for.
 * - Due: what is due is dealt with and the next deadline found, by the same look. When that comes late, it finds all
 *   that is overdue.
 *
 * What another process wrote may be due at any time, so it is looked at whenever there was such a commit.
 */
export function createDeadlineTimer(options: DeadlineTimerOptions): DeadlineTimer {
  const { clock, jumps, commits, thresholdMs, look, onError } = options;
  let running = false;
  let timer: Timer | undefined;
  let unlisten: (() => void) | undefined;
  let deadline = none;
  let looking = false;
  let lookAgain = false;

  const now = () => clock.now().getTime();

  const disarm = () => {
    timer?.cancel();
    timer = undefined;
    deadline = none;
  };

  const wait = () => {
    jumps.look();
    const delayMs = deadline - now();
    if (delayMs <= 0) void lookNow();
    else timer = clock.setTimer(Math.min(delayMs, longestWaitMs), wait);
  };

  const lookNow = async () => {
    lookAgain = true;
    if (looking) return;
    looking = true;
    while (lookAgain && running) {
      lookAgain = false;
      disarm();
      jumps.look();
      try {
        const next = await look();
        if (next !== null && running) {
          deadline = next.getTime();
          wait();
        }
      } catch (error) {
        onError(error);
        if (running) timer = clock.setTimer(longestWaitMs, () => void lookNow());
      }
    }
    looking = false;
  };

  return {
    start() {
      running = true;
      unlisten = commits.listen((origin) => {
        if (origin === 'elsewhere' || now() + thresholdMs < deadline) void lookNow();
      });
      void lookNow();
    },
    look: () => void lookNow(),
    stop() {
      running = false;
      disarm();
      unlisten?.();
      unlisten = undefined;
    },
  };
}
