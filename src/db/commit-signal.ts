/** Whether this process (`here`) or another process (`elsewhere`) made a commit. */
export type CommitOrigin = 'here' | 'elsewhere';

/**
 * Tells listeners that a commit happened, but not what changed. Notices commits of other processes within about a
 * second.
 */
export interface CommitSignal {
  /** Calls `listener` after each commit. Returns a function that removes the listener. */
  listen(onCommit: (origin: CommitOrigin) => void): () => void;
  announce(origin: CommitOrigin): void;
  close(): void;
}
