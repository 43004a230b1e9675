import { setImmediate as turn } from 'node:timers/promises';

/**
 * Turns of the event loop, one for each call and one after the other: for the parts of an answer that is so large that
 * making it in one go would hold up everybody else.
 */
export function createEventLoopTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => turn());
    return last;
  };
}
