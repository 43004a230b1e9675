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
