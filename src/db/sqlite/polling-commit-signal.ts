import type { CommitOrigin, CommitSignal } from '../commit-signal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

export interface PollingCommitSignalOptions {
  clock: Clock;
  /** Returns a number that changes whenever another process commits. */
  dataVersion: () => Promise<number>;
  onError: (error: unknown) => void;
  pollIntervalMs?: number;
}

/** A CommitSignal for databases without notifications: it polls for commits of other processes. */
export function createPollingCommitSignal({
  clock,
  dataVersion,
  onError,
  pollIntervalMs = 1_000,
}: PollingCommitSignalOptions): CommitSignal {
  const listeners = new Set<(origin: CommitOrigin) => void>();
  let timer: Timer | undefined;
  let seenVersion: number | undefined;
  let failedBefore = false;

  const announce = (origin: CommitOrigin) => {
    for (const listener of [...listeners]) listener(origin);
  };

  const poll = async () => {
    try {
      const version = await dataVersion();
      if (version !== seenVersion) announce('elsewhere');
      seenVersion = version;
      failedBefore = false;
    } catch (error) {
      onError(error);
      // After the second failure in a row, notify the listeners: their own queries then report the error to their
      // clients.
      if (failedBefore) announce('elsewhere');
      failedBefore = true;
    }
    schedule();
  };

  const schedule = () => {
    timer?.cancel();
    timer = listeners.size > 0 ? clock.setTimer(pollIntervalMs, () => void poll()) : undefined;
  };

  return {
    listen(onCommit) {
      // Wrap each listener in a new function, because a Set stores the same function only once.
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
