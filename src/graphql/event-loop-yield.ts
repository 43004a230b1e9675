import { setImmediate } from 'node:timers/promises';

/**
 * Returns a function that yields to the event loop. Calls are queued: each one resolves in a turn of its own. Resolvers
 * that build many parts of a large response wait for a turn before each part, so that other requests are not delayed.
 */
export function createEventLoopYield(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}
