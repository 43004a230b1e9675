import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTail, type Follower, nextOf } from '../../../src/domain/events/event-buffer.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A log of numbers, which are their own places, and that tells how often it is read. */
function tailOfLog(start = 0) {
  const clock = manualClock();
  const numbers: number[] = [];
  const log = { reads: 0, fails: false };
  const tail = createTail<number, number>(
    {
      async read(behind, atMost) {
        log.reads += 1;
        if (log.fails) throw new Error('disk I/O error');
        return numbers.filter((number) => number > behind).slice(0, atMost);
      },
      placeOf: (number) => number,
      compare: (one, other) => one - other,
    },
    start,
    clock,
  );
  return {
    clock,
    numbers,
    log,
    tail,
    /** New in the log, and looked at. */
    add(...added: number[]) {
      numbers.push(...added);
      tail.append(added);
    },
    follow: (behind = 0, matches: (number: number) => boolean = () => true) => tail.follow(behind, matches),
  };
}

async function take(follower: Follower<number, number>): Promise<number | undefined> {
  const event = await nextOf(follower);
  if (event !== undefined) follower.take();
  return event;
}

async function takeAll(follower: Follower<number, number>): Promise<number[]> {
  const taken: number[] = [];
  for (let event = await take(follower); event !== undefined; event = await take(follower)) taken.push(event);
  return taken;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the tail of a log', () => {
  it('is read once, however many follow', async () => {
    const { add, follow, log } = tailOfLog();
    const followers = Array.from({ length: 50 }, () => follow());
    for (const follower of followers) expect(await takeAll(follower)).toEqual([]);
    const before = log.reads;
    for (let number = 1; number <= 20; number += 1) {
      add(number);
      for (const follower of followers) expect(await takeAll(follower)).toEqual([number]);
    }
    expect(log.reads).toBe(before);
  });

  it('is joined by followers that begin far behind it, without a gap and without a repetition', async () => {
    const { numbers, tail, add, follow } = tailOfLog(250);
    numbers.push(...range(1, 250));
    const follower = follow();
    expect(await take(follower)).toBe(1);
    add(251);
    expect(await takeAll(follower)).toEqual(range(2, 251));
    add(252);
    expect(await takeAll(follower)).toEqual([252]);
    expect(tail.end).toBe(252);
  });

  it('has what was appended while a follower was reading for itself', async () => {
    const { add, follow } = tailOfLog();
    const follower = follow();
    const peeking = nextOf(follower);
    add(1);
    expect(await peeking).toBe(1);
    follower.take();
    expect(await takeAll(follower)).toEqual([]);
  });

  it('keeps an event the next one until it is taken', async () => {
    const { add, follow } = tailOfLog();
    const follower = follow();
    await nextOf(follower);
    add(1, 2);
    expect(await nextOf(follower)).toBe(1);
    expect(await nextOf(follower)).toBe(1);
    expect(follower.place).toBe(0);
    follower.take();
    expect(follower.place).toBe(1);
    expect(await nextOf(follower)).toBe(2);
  });

  it('takes the event that was peeked at, whatever was forgotten since', async () => {
    const { clock, add, follow } = tailOfLog();
    const follower = follow();
    await nextOf(follower);
    add(1, 2);
    expect(await nextOf(follower)).toBe(1);
    clock.advance(10_000);
    add(3);
    follower.take();
    expect(await takeAll(follower)).toEqual([2, 3]);
  });

  it('leaves out what is not for a follower, and goes past it', async () => {
    const { numbers, add, follow } = tailOfLog(4);
    numbers.push(...range(1, 4));
    const even = follow(0, (number) => number % 2 === 0);
    expect(await takeAll(even)).toEqual([2, 4]);
    add(5, 6, 7);
    expect(await takeAll(even)).toEqual([6]);
    expect(even.place).toBe(7);
  });

  it('keeps no more than it has room for, and lets those who fall behind read for themselves', async () => {
    const { add, follow, log } = tailOfLog();
    const follower = follow();
    await nextOf(follower);
    const before = log.reads;
    for (const number of range(1, 12_000)) add(number);
    expect(await takeAll(follower)).toEqual(range(1, 12_000));
    expect(log.reads).toBeGreaterThan(before + 50);

    const after = log.reads;
    add(12_001);
    expect(await takeAll(follower), 'it has caught up').toEqual([12_001]);
    expect(log.reads).toBe(after);
  });

  it('looks again before it tells what it found long ago', async () => {
    const { clock, numbers, add, follow } = tailOfLog();
    const inTail = follow();
    await nextOf(inTail);
    add(1, 2, 3);
    const forItself = follow();
    expect(await take(forItself)).toBe(1);
    // Gone from the log while nobody read on.
    numbers.splice(numbers.indexOf(2), 1);
    clock.advance(5_001);
    add(4);
    expect(await takeAll(forItself)).toEqual([3, 4]);
    expect(await takeAll(inTail)).toEqual([1, 3, 4]);
  });

  it('tells once more what comes behind a place it is rewound to', async () => {
    const { tail, add, follow } = tailOfLog();
    const caughtUp = follow();
    const notYet = follow();
    await nextOf(caughtUp);
    add(1, 2, 3, 4);
    expect(await takeAll(caughtUp)).toEqual([1, 2, 3, 4]);
    expect(await take(notYet)).toBe(1);

    tail.rewind(2);
    expect(tail.end).toBe(2);
    expect(await takeAll(caughtUp)).toEqual([3, 4]);
    expect(await takeAll(notYet)).toEqual([2, 3, 4]);
    tail.append([3, 4]);
    expect(await takeAll(caughtUp)).toEqual([]);

    // Twice before a follower comes back: it goes to the earlier of both places.
    tail.rewind(1);
    tail.append([2, 3, 4]);
    tail.rewind(3);
    expect(await takeAll(caughtUp)).toEqual([2, 3, 4]);
  });

  it('lets every follower see for itself after a look that failed', async () => {
    const { tail, log, numbers, add, follow } = tailOfLog();
    const follower = follow();
    const other = follow();
    await nextOf(follower);
    await nextOf(other);
    log.fails = true;
    tail.distrust();
    await expect(nextOf(follower)).rejects.toThrow('disk I/O error');

    log.fails = false;
    numbers.push(1);
    expect(await takeAll(other), 'who did not ask meanwhile is not troubled').toEqual([1]);
    tail.append([1]);
    expect(await takeAll(other)).toEqual([]);
    add(2);
    expect(await takeAll(other)).toEqual([2]);
  });

  it('gives every follower everything once and in order, whatever happens in between', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), who: fc.nat({ max: 2 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 150 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat({ max: 7 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('distrust' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat({ max: 250 }), async (steps, already) => {
        const { clock, numbers, tail, add, follow } = tailOfLog(already);
        numbers.push(...range(1, already));
        const isEven = (number: number) => number % 2 === 0;
        const followers = [follow(), follow(already), follow(0, isEven)];
        const taken: number[][] = [[], [], []];
        for (const each of steps) {
          if (each.kind === 'add') add(...range(numbers.length + 1, numbers.length + each.count));
          else if (each.kind === 'wait') clock.advance(each.seconds * 1_000);
          else if (each.kind === 'distrust') tail.distrust();
          else {
            const follower = followers[each.who];
            const event = follower === undefined ? undefined : await take(follower);
            if (event !== undefined) taken[each.who]?.push(event);
          }
        }
        for (const [index, follower] of followers.entries()) taken[index]?.push(...(await takeAll(follower)));
        expect(taken).toEqual([numbers, numbers.slice(already), numbers.filter(isEven)]);
      }),
    );
  });
});
