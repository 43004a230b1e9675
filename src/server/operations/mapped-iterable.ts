/**
 * What `next` makes of events, and ended with them: telling this sequence to stop tells theirs. It is not a generator,
 * because a generator that waits cannot be told to stop before its wait is over.
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
