import type { CommitOrigin, CommitSignal } from '../commit-signal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

export interface PollingCommitSignalOptions {
  clock: Clock;
  /** A number that differs from the last one if another process has committed since. */
  dataVersion: () => Promise<number>;
  onError: (error: unknown) => void;
  everyMs?: number;
}

export function createPollingCommitSignal({
  clock,
  dataVersion,
  onError,
  everyMs = 1_000,
}: PollingCommitSignalOptions): CommitSignal {
  const listeners = new Set<(origin: CommitOrigin) => void>();
  let timer: Timer | undefined;
  let seenVersion: number | undefined;
  let failedBefore = false;

  const announce = (origin: CommitOrigin) => {
    for (const listener of [...listeners]) listener(origin);
  };

  const look = async () => {
    try {
      const version = await dataVersion();
      if (version !== seenVersion) announce('elsewhere');
      seenVersion = version;
      failedBefore = false;
    } catch (error) {
      onError(error);
      // Once may be chance. After that, who listens looks, and finds out by itself whether that is still possible.
      if (failedBefore) announce('elsewhere');
      failedBefore = true;
    }
    schedule();
  };

  const schedule = () => {
    timer?.cancel();
    timer = listeners.size > 0 ? clock.setTimer(everyMs, () => void look()) : undefined;
  };

  return {
    listen(onCommit) {
      // A wrapper of its own for each call: the same function may listen twice.
      const listener = (origin: CommitOrigin) => onCommit(origin);
      listeners.add(listener);
      if (timer === undefined) schedule();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) schedule();
      };
    },
    announce,
    close() {
      listeners.clear();
      schedule();
    },
  };
}
