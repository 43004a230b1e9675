import type { CommitOrigin, CommitSignal } from '../commit-signal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

export interface PollingCommitSignalOptions {
  clock: Clock;
  /** Returns a value that changes when another process commits to the database. */
  dataVersion: () => Promise<number | string>;
  onError: (error: unknown) => void;
  pollIntervalMs?: number;
}

/** Creates a CommitSignal that polls the database for commits of other processes. */
export function createPollingCommitSignal({
  clock,
  dataVersion,
  onError,
  pollIntervalMs = 1_000,
}: PollingCommitSignalOptions): CommitSignal {
  const listeners = new Set<(origin: CommitOrigin) => void>();
  let timer: Timer | undefined;
  let seenVersion: number | string | undefined;
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
      // After the second failed poll in a row, notify the listeners. Their queries then report the error to the
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
      // Wrap the listener, because a Set contains a function only once, even if it was added twice.
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
