/** Whether this process or another process made the commit. */
export type CommitOrigin = 'here' | 'elsewhere';

/**
 * Notifies listeners that a transaction was committed. The notification does not say what changed: listeners query
 * the database. Commits of this process are announced immediately. Commits of other processes are detected within
 * about a second, and only while there are listeners.
 */
export interface CommitSignal {
  /** Returns a function that removes the listener. */
  listen(onCommit: (origin: CommitOrigin) => void): () => void;
  announce(origin: CommitOrigin): void;
  close(): void;
}
