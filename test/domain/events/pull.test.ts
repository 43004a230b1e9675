import { describe, expect, it } from 'vitest';
import { pullEvents } from '../../../src/domain/events/pull.ts';
import { inTime } from '../../support/received.ts';

/** Something that events can be pulled from, and that tells how it is treated. */
function source(batches: number[][] = []) {
  const wakes = new Set<() => void>();
  const asked = { times: 0 };
  let answers: Promise<readonly number[]> | undefined;
  return {
    asked,
    /** How many listen. */
    get listening() {
      return wakes.size;
    },
    /** Lets the next question wait for this. */
    answerWith(answer: Promise<readonly number[]>) {
      answers = answer;
    },
    add(...batch: number[]) {
      batches.push(batch);
    },
    wake() {
      for (const wake of wakes) wake();
    },
    events: pullEvents<number>({
      async next() {
        asked.times += 1;
        const answer = answers;
        answers = undefined;
        return answer ?? batches.shift() ?? [];
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
  it('gives every event once, in order, over several batches and waits', async () => {
    const numbers = source([[1, 2], [3]]);

    expect(await take(numbers.events, 3)).toEqual([1, 2, 3]);

    const later = take(numbers.events, 2);
    numbers.add(4, 5);
    numbers.wake();
    expect(await later).toEqual([4, 5]);
  });

  it('waits without asking until it is woken', async () => {
    const numbers = source();
    const event = numbers.events.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.asked.times).toBe(1);

    numbers.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.asked.times, 'nobody said that there is something').toBe(1);

    numbers.wake();
    expect(await inTime('the event comes', event)).toEqual({ done: false, value: 1 });
  });

  it('asks again when it is woken while it asks', async () => {
    const numbers = source();
    let answer: (events: number[]) => void = () => {};
    numbers.answerWith(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const event = numbers.events.next();
    expect(numbers.asked.times).toBe(1);

    // It happened after the question was read and before its answer was.
    numbers.add(7);
    numbers.wake();
    answer([]);

    expect(await inTime('the event comes', event)).toEqual({ done: false, value: 7 });
    expect(numbers.asked.times).toBe(2);
  });

  it('costs one batch when its reader stops reading', async () => {
    const numbers = source([[1, 2], [3]]);
    expect(await take(numbers.events, 1)).toEqual([1]);

    for (let wake = 0; wake < 1_000; wake += 1) {
      numbers.add(wake);
      numbers.wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.asked.times).toBe(1);

    expect(await take(numbers.events, 2), 'nothing was lost meanwhile').toEqual([2, 3]);
    expect(numbers.asked.times).toBe(2);
  });

  it('does not listen before it is read', async () => {
    const numbers = source([[1]]);
    expect(numbers.listening).toBe(0);
    await take(numbers.events, 1);
    expect(numbers.listening).toBe(1);
  });

  it('ends at once when it is told to while it waits, and listens no more', async () => {
    const numbers = source();
    const event = numbers.events.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers.listening).toBe(1);

    await numbers.events.return?.();

    expect(await inTime('the wait is over', event)).toEqual({ done: true, value: undefined });
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when it is told to while it asks, whatever the answer is', async () => {
    const numbers = source();
    let answer: (events: number[]) => void = () => {};
    numbers.answerWith(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const event = numbers.events.next();
    await numbers.events.return?.();
    answer([1]);

    expect(await inTime('the question is answered', event)).toEqual({ done: true, value: undefined });
  });

  it('is over for a reader that leaves its loop', async () => {
    const numbers = source([[1, 2, 3]]);
    for await (const number of numbers.events) if (number === 2) break;
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('is over, and listens no more, when asking fails', async () => {
    const numbers = source();
    numbers.answerWith(Promise.reject(new Error('the file is gone')));

    await expect(numbers.events.next()).rejects.toThrow('the file is gone');

    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });

  it('throws what it is told to throw and is over', async () => {
    const numbers = source([[1]]);
    await take(numbers.events, 1);
    await expect(numbers.events.throw?.(new Error('enough'))).rejects.toThrow('enough');
    expect(numbers.listening).toBe(0);
    expect(await numbers.events.next()).toEqual({ done: true, value: undefined });
  });
});
