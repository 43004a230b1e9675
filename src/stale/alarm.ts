import type { Clock, Timer } from '../clock.ts';
import type { CommitSignal } from '../db/commit-signal.ts';

export interface AlarmOptions {
  clock: Clock;
  commits: CommitSignal;
  /** The instant of the next deadline behind `now`; null when there is none. */
  nextDeadline: (now: Date) => Promise<Date | null>;
  onError: (error: unknown) => void;
}

/** Rings for all its listeners when a deadline is due. */
export interface Alarm {
  listen(onRing: () => void): () => void;
}

const retryMs = 1_000;

/**
 * One timer for one threshold, however many listen. It is set to the next deadline: open sessions in the order of
 * their start are in the order of their deadlines too, so a new claim is never due before the timer that runs and
 * costs nothing. It goes through these states:
 *
 * - Nobody listens: no timer, no statement.
 * - Nothing is open: no timer; a commit of this process is looked at, since it may have opened something.
 * - Armed: commits of this process are not looked at.
 * - Due: everybody is woken and the next deadline is looked up. When the timer was early (the platform may be, and
 *   very long delays are capped), there is nothing to find yet and it is armed again; when it was late, each
 *   listener finds all that is overdue.
 *
 * What another process wrote may be due at any time, so it wakes everybody.
 */
export function createAlarm({ clock, commits, nextDeadline, onError }: AlarmOptions): Alarm {
  const listeners = new Set<() => void>();
  let timer: Timer | undefined;
  let unlisten: (() => void) | undefined;
  let arming = false;
  let armAgain = false;

  const ring = () => {
    for (const listener of [...listeners]) listener();
    void arm();
  };

  const disarm = () => {
    timer?.cancel();
    timer = undefined;
  };

  const arm = async () => {
    armAgain = true;
    if (arming) return;
    arming = true;
    while (armAgain && listeners.size > 0) {
      armAgain = false;
      disarm();
      const delayMs = await untilNextDeadline();
      if (delayMs !== undefined && listeners.size > 0) timer = clock.setTimer(delayMs, ring);
    }
    arming = false;
  };

  const untilNextDeadline = async (): Promise<number | undefined> => {
    try {
      const deadline = await nextDeadline(clock.now());
      return deadline === null ? undefined : deadline.getTime() - clock.now().getTime();
    } catch (error) {
      onError(error);
      return retryMs;
    }
  };

  return {
    listen(onRing) {
      const listener = () => onRing();
      listeners.add(listener);
      unlisten ??= commits.listen((origin) => {
        if (origin === 'elsewhere') ring();
        else if (timer === undefined) void arm();
      });
      if (timer === undefined) void arm();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        disarm();
        unlisten?.();
        unlisten = undefined;
      };
    },
  };
}
