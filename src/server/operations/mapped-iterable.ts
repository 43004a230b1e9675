/**
 * Maps an iterable: each result comes from `next`, which reads from the iterator of `events`. `return()` and `throw()`
 * call `onStopped` and end `events` as well.
 *
 * Not a generator, because a generator that awaits cannot be stopped before its await ends. Not a `Repeater`, because one
 * that is stopped before its first `next()` does not end `events`, and each event takes 5 µs instead of 0.1 µs.
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
