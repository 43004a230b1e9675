import type { Clock, Timer } from '../clock.ts';
import type { CommitSignal } from '../db/commit-signal.ts';

export interface AlarmOptions {
  clock: Clock;
  commits: CommitSignal;
  /** How long after its start a session is due, in milliseconds. */
  thresholdMs: number;
  /** The first deadline behind an instant; null when there is none. */
  nextDeadline: (behind: Date) => Promise<Date | null>;
  onError: (error: unknown) => void;
}

/** Rings for all its listeners when a deadline is due. */
export interface Alarm {
  listen(onRing: () => void): () => void;
  /** Calls off what runs; nobody is woken any more. */
  close(): void;
}

/** A timer does not notice when somebody sets the clock or the machine sleeps, so none is trusted for longer. */
const longestWaitMs = 1_000;
const none = Number.POSITIVE_INFINITY;

/**
 * One timer for one threshold, however many listen. It is set to the next deadline: open sessions in the order of
 * their start are in the order of their deadlines too, so a new claim is not due before the one that is waited for
 * and costs nothing. It goes through these states:
 *
 * - Nobody listens: no timer, no statement.
 * - Nothing is open: no timer; a commit of this process is looked at, since it may have opened something.
 * - Waiting: once a second the clock is looked at, which runs no statement. Commits of this process are looked at
 *   only if the clock was set back since: then a new claim can be due before the deadline that is waited for.
 * - Due: everybody is woken and the next deadline is looked up. When that comes late, each listener finds all that
 *   is overdue.
 *
 * What another process wrote may be due at any time, so it wakes everybody.
 */
export function createAlarm({ clock, commits, thresholdMs, nextDeadline, onError }: AlarmOptions): Alarm {
  const listeners = new Set<() => void>();
  let timer: Timer | undefined;
  let unlisten: (() => void) | undefined;
  let deadline = none;
  let rungAt = none;
  let arming = false;
  let armAgain = false;

  const now = () => clock.now().getTime();

  const ring = () => {
    // Those who are woken find what is due by now, and the next deadline is looked for behind now, however much
    // later that look is taken: nothing falls between the two.
    rungAt = now();
    for (const listener of [...listeners]) listener();
    void arm();
  };

  const wait = () => {
    const delayMs = deadline - now();
    if (delayMs <= 0) ring();
    else timer = clock.setTimer(Math.min(delayMs, longestWaitMs), wait);
  };

  const disarm = () => {
    timer?.cancel();
    timer = undefined;
    deadline = none;
  };

  const arm = async () => {
    armAgain = true;
    if (arming) return;
    arming = true;
    while (armAgain && listeners.size > 0) {
      armAgain = false;
      disarm();
      try {
        const next = await nextDeadline(new Date(Math.min(rungAt, now())));
        if (next !== null && listeners.size > 0) {
          deadline = next.getTime();
          wait();
        }
      } catch (error) {
        onError(error);
        if (listeners.size > 0) timer = clock.setTimer(longestWaitMs, () => void arm());
      }
    }
    arming = false;
  };

  const close = () => {
    listeners.clear();
    disarm();
    unlisten?.();
    unlisten = undefined;
  };

  return {
    listen(onRing) {
      const listener = () => onRing();
      if (listeners.size === 0) rungAt = now();
      listeners.add(listener);
      unlisten ??= commits.listen((origin) => {
        if (origin === 'elsewhere') ring();
        else if (now() + thresholdMs < deadline) void arm();
      });
      if (deadline === none) void arm();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close();
      };
    },
    close,
  };
}
