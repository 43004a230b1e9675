import type { Clock, Timer } from '../../shared/clock.ts';

/** Whether this process made the commit or another one. */
export type CommitOrigin = 'here' | 'elsewhere';

/**
 * Tells listeners that something was committed, never what: they look for themselves. Commits of this process
 * are announced at once; those of other processes are noticed by a look at the file once a second, and only
 * while somebody listens.
 */
export interface CommitSignal {
  /** Returns what ends the listening. */
  listen(onCommit: (origin: CommitOrigin) => void): () => void;
  announce(origin: CommitOrigin): void;
  close(): void;
}

export interface CommitSignalOptions {
  clock: Clock;
  /** A number that differs from the last one if another process has committed since. */
  dataVersion: () => Promise<number>;
  onError: (error: unknown) => void;
  everyMs?: number;
}

export function createCommitSignal({
  clock,
  dataVersion,
  onError,
  everyMs = 1_000,
}: CommitSignalOptions): CommitSignal {
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
