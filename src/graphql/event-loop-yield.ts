import { setImmediate } from 'node:timers/promises';

/**
 * Returns a function that waits for the next turn of the event loop, so that the server can handle other requests. Two
 * calls never get the same turn.
 */
export function createEventLoopYield(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}
