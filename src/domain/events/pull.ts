export interface PullOptions<Event> {
  /**
   * The next events in order, a bounded number of them; none when there is nothing new. Asked one call at a time. What
   * is at hand is best handed over without a promise: with many readers, turns are what costs.
   */
  next: () => readonly Event[] | Promise<readonly Event[]>;
  /** Calls `wake` whenever asking again may be worthwhile; returns what ends that. */
  listen: (wake: () => void) => () => void;
}

/**
 * An endless sequence of events that the reader pulls: the next batch is asked for only when the last one has been
 * taken, so a reader that stops reading costs one batch and nothing grows behind it, and one that never began costs
 * nothing.
 *
 * It is not a generator, because a generator that waits cannot be told to stop before its wait is over.
 */
export function pullEvents<Event>({ next, listen }: PullOptions<Event>): AsyncIterableIterator<Event> {
  let batch: readonly Event[] = [];
  let taken = 0;
  let woken = false;
  let stopped = false;
  let endWait: (() => void) | undefined;
  let unlisten: (() => void) | undefined;

  const wake = () => {
    woken = true;
    endWait?.();
  };
  const stop = () => {
    stopped = true;
    unlisten?.();
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
        // Both before asking: what happens while the answer is on its way must not be slept through.
        unlisten ??= listen(wake);
        woken = false;
        try {
          const answer = next();
          batch = answer instanceof Promise ? await answer : answer;
        } catch (error) {
          // Whoever is told of an error takes the sequence to be over and does not say so.
          stop();
          throw error;
        }
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
