export interface PullOptions<Event> {
  /** The next events in order, a bounded number of them; none when there is nothing new. Asked one call at a time. */
  next: () => Promise<readonly Event[]>;
  /** Calls `wake` whenever asking again may be worthwhile; returns what ends that. */
  listen: (wake: () => void) => () => void;
}

/**
 * An endless sequence of events that the reader pulls: the next batch is asked for only when the last one has been
 * taken, so a reader that stops reading costs one batch and nothing grows behind it.
 *
 * It is not a generator, because a generator that waits cannot be told to stop before its wait is over.
 */
export function pullEvents<Event>({ next, listen }: PullOptions<Event>): AsyncIterableIterator<Event> {
  let batch: readonly Event[] = [];
  let taken = 0;
  let woken = false;
  let stopped = false;
  let endWait: (() => void) | undefined;

  const unlisten = listen(() => {
    woken = true;
    endWait?.();
  });
  const stop = () => {
    stopped = true;
    unlisten();
    endWait?.();
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!stopped) {
        const event = batch[taken];
        if (event !== undefined) {
          taken += 1;
          return { done: false, value: event };
        }
        // Set before asking: what happens while the answer is on its way must not be slept through.
        woken = false;
        batch = await next();
        taken = 0;
        if (batch.length === 0 && !woken && !stopped)
          await new Promise<void>((resolve) => {
            endWait = resolve;
          });
      }
      return { done: true, value: undefined };
    },
    async return() {
      stop();
      return { done: true, value: undefined };
    },
    async throw(error) {
      stop();
      throw error;
    },
  };
}
