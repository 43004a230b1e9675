export interface PullOptions<Event> {
  /** Returns a limited number of the next events, in order. Should return a promise only if it has to wait. */
  next: () => readonly Event[] | Promise<readonly Event[]>;
  /** Adds a listener that is called when there may be new events. Returns a function that removes the listener. */
  listen: (wake: () => void) => () => void;
}

/**
 * Returns an endless sequence of events. It holds at most one batch, because it calls `next` only after the subscriber
 * has taken all events.
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
        // Call `listen` and reset `isWoken` before `next()`, because `wake` may be called while `next()` runs.
        unlisten ??= listen(wake);
        isWoken = false;
        try {
          const result = next();
          batch = result instanceof Promise ? await result : result;
        } catch (error) {
          // The caller does not call `return` after an error, so stop now.
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
    // This is not an async generator, because its `return` would have to wait for `next`. It is not a Repeater either,
    // because each event would take 30 times as long.
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
 * Returns an iterable whose values come from `next`. If the subscriber stops the iterable, `onStopped` is called and
 * `events` is stopped.
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
    // A generator cannot be stopped during its `await`, so this iterator is written by hand. A Repeater does not help: it
    // ignores a stop before the first `next()`.
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
