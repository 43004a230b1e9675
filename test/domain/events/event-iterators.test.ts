import { describe, expect, it } from 'vitest';
import { pullEvents } from '../../../src/domain/events/event-iterators.ts';
import { inTime } from '../../support/received.ts';

/** Events to pull, with counters. */
function source(batches: number[][] = []) {
  const wakes = new Set<() => void>();
  const calls = { next: 0 };
  let result: Promise<readonly number[]> | undefined;
  return {
    calls,
    /** The number of listeners. */
    get listening() {
      return wakes.size;
    },
    /** The next call of `next` returns this. */
    returnNext(promise: Promise<readonly number[]>) {
      result = promise;
    },
    add(...batch: number[]) {
      batches.push(batch);
    },
    wake() {
      for (const wake of wakes) wake();
    },
    events: pullEvents<number>({
      async next() {
        calls.next += 1;
        const returned = result;
        result = undefined;
        return returned ?? batches.shift() ?? [];
      },
      listen(wake) {
        wakes.add(wake);
        return () => wakes.delete(wake);
      },
    }),
  };
}

async function take(events: AsyncIterator<number>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const { done, value } = await inTime(`event ${taken.length + 1} of ${count} comes`, events.next());
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

describe('pullEvents', () => {
  it('yields every event once, in order, over several batches and waits', async () => {
    const numbers = source([[1, 2], [3]]);

    expect(await take(numbers.events, 3)).toEqual([1, 2, 3]);

    const later = take(numbers.events, 2);
    numbers.add(4, 5);
    numbers.wake();
    expect(await later).toEqual([4, 5]);
  });

  it('does not call next again until it is woken', async () => {
    const numbers = source();
    const event = numbers.events.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.calls.next).toBe(1);

    numbers.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.calls.next, 'it was not woken').toBe(1);

    numbers.wake();
    expect(await inTime('the event comes', event)).toEqual({ done: false, value: 1 });
  });

  it('calls next again when it is woken during a call', async () => {
    const numbers = source();
    let respond: (events: number[]) => void = () => {};
    numbers.returnNext(
      new Promise((resolve) => {
        respond = resolve;
      }),
    );
    const event = numbers.events.next();
    expect(numbers.calls.next).toBe(1);

    // The event happens after the query has read and before it returns.
    numbers.add(7);
    numbers.wake();
    respond([]);

    expect(await inTime('the event comes', event)).toEqual({ done: false, value: 7 });
    expect(numbers.calls.next).toBe(2);
  });

  it('keeps only one batch in memory when its subscriber stops reading', async () => {
    const numbers = source([[1, 2], [3]]);
    expect(await take(numbers.events, 1)).toEqual([1]);

    for (let wake = 0; wake < 1_000; wake += 1) {
      numbers.add(wake);
      numbers.wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.calls.next).toBe(1);

    expect(await take(numbers.events, 2), 'nothing is lost').toEqual([2, 3]);
    expect(numbers.calls.next).toBe(2);
  });

  it('does not listen before the first read', async () => {
    const numbers = source([[1]]);
    expect(numbers.listening).toBe(0);
    await take(numbers.events, 1);
    expect(numbers.listening).toBe(1);
  });

  it('ends at once when return is called during a wait, and stops listening', async () => {
    const numbers = source();
    const event = numbers.events.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.listening).toBe(1);

    await numbers.events.return?.();

    expect(await inTime('the wait is over', event)).toEqual({ done: true, value: undefined });
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when return is called during a query, whatever the query returns', async () => {
    const numbers = source();
    let respond: (events: number[]) => void = () => {};
    numbers.returnNext(
      new Promise((resolve) => {
        respond = resolve;
      }),
    );
    const event = numbers.events.next();
    await numbers.events.return?.();
    respond([1]);

    expect(await inTime('the call ends', event)).toEqual({ done: true, value: undefined });
  });

  it('ends when a subscriber leaves its loop', async () => {
    const numbers = source([[1, 2, 3]]);
    for await (const number of numbers.events) if (number === 2) break;
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends and stops listening when next throws', async () => {
    const numbers = source();
    numbers.returnNext(Promise.reject(new Error('the file is gone')));

    await expect(numbers.events.next()).rejects.toThrow('the file is gone');

    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('throws the error given to throw, and ends', async () => {
    const numbers = source([[1]]);
    await take(numbers.events, 1);
    await expect(numbers.events.throw?.(new Error('enough'))).rejects.toThrow('enough');
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });
});
