/** Call this before each piece of work, and wait for its promise. */
export type StartWork = () => Promise<void>;

/**
 * Limits the pieces of work in one turn of the event loop. Statements and resolvers wait only for promises, which does
 * not end the turn, so a long sequence of events would otherwise keep the server from sending and receiving.
 */
export function limitWorkPerTurn(limit: number): StartWork {
  let started = 0;
  let nextTurn: Promise<void> | undefined;

  const awaitNextTurn = () => {
    nextTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        nextTurn = undefined;
        started = 0;
        resolve();
      });
    });
    return nextTurn;
  };

  return async () => {
    // Many callers can wait for the same turn, so check again after the wait.
    while (started >= limit) await awaitNextTurn();
    if (started === 0) void awaitNextTurn();
    started += 1;
  };
}
