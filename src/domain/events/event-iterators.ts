export interface PullOptions<Event> {
  /**
   * Returns the next events in order; an empty list if there are no new events. Must limit their number. Is not called
   * again while a call is running. Should return events that are in memory without a promise: with many subscribers,
   * promises are the main cost.
   */
  next: () => readonly Event[] | Promise<readonly Event[]>;
  /** Calls `wake` when `next` may have new events. Returns a function that ends these calls. */
  listen: (wake: () => void) => () => void;
}

/**
 * An endless sequence of events. It requests the next batch only after the subscriber has taken all events of the
 * previous one. So a slow subscriber holds one batch in memory, and a subscriber that never reads holds nothing.
 *
 * It is not an async generator, because `return` of a waiting generator takes effect only after the wait. It is not a
 * `Repeater` of @repeaterjs/repeater either. Each call of `next` would have to race with the `stop` promise of the
 * Repeater. This takes 30 times as long per event, and holds memory for each event until the subscription ends.
 */
export function pullEvents<Event>({ next, listen }: PullOptions<Event>): AsyncIterableIterator<Event> {
  let batch: readonly Event[] = [];
  let taken = 0;
  let isWoken = false;
  let isStopped = false;
  let endWait: (() => void) | undefined;
  let unlisten: (() => void) | undefined;

  const wake = () => {
    isWoken = true;
    endWait?.();
  };
  const stop = () => {
    isStopped = true;
    unlisten?.();
    endWait?.();
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!isStopped) {
        const event = batch[taken];
        if (event !== undefined) {
          taken += 1;
          return { done: false, value: event };
        }
        // Listen and reset `isWoken` before `next` is called, so that a wake during the query is not lost.
        unlisten ??= listen(wake);
        isWoken = false;
        try {
          const result = next();
          batch = result instanceof Promise ? await result : result;
        } catch (error) {
          // If `next` throws, the consumer does not call `return`, so this is the only chance to stop.
          stop();
          throw error;
        }
        taken = 0;
        if (batch.length === 0 && !isWoken && !isStopped)
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

/**
 * Maps an iterable: each result comes from `next`, which reads from the iterator of `events`. `return()` and `throw()`
 * call `onStopped` and end `events` as well.
 *
 * It is not a generator, because a generator cannot be stopped before its `await` ends. It is not a `Repeater`, because
 * a Repeater that is stopped before its first `next()` does not end `events`, and takes 5 µs per event instead of 0.1
 * µs.
 */
export function mapIterable<Event, Result>(
  events: AsyncIterable<Event>,
  next: (iterator: AsyncIterator<Event>) => Promise<IteratorResult<Result>>,
  onStopped: () => void = () => {},
): AsyncIterableIterator<Result> {
  const iterator = events[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => next(iterator),
    async return() {
      onStopped();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      onStopped();
      await iterator.throw?.(error);
      return { done: true, value: undefined };
    },
  };
}
