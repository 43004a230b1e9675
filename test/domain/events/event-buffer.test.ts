import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventBuffer } from '../../../src/domain/events/event-buffer.ts';
import { type EventReader, maxAgeMs, peekOrCatchUp } from '../../../src/domain/events/event-reader.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A log of numbers, in which each number is its own position. Counts the reads. */
function bufferOfLog(start = 0) {
  const clock = manualClock();
  const numbers: number[] = [];
  const log = { reads: 0, fails: false };
  const buffer = createEventBuffer<number, number>(
    {
      async read(after, atMost) {
        log.reads += 1;
        if (log.fails) throw new Error('disk I/O error');
        return numbers.filter((number) => number > after).slice(0, atMost);
      },
      positionOf: (number) => number,
      compare: (one, other) => one - other,
    },
    start,
    clock,
  );
  return {
    clock,
    numbers,
    log,
    buffer,
    /** Adds to the log and to the buffer. */
    add(...added: number[]) {
      numbers.push(...added);
      buffer.append(added);
    },
    readAfter: (after = 0, matches: (number: number) => boolean = () => true) =>
      buffer.readAfter(after, matches),
  };
}

async function take(reader: EventReader<number, number>): Promise<number | undefined> {
  const event = await peekOrCatchUp(reader);
  if (event !== undefined) reader.take();
  return event;
}

async function takeAll(reader: EventReader<number, number>): Promise<number[]> {
  const taken: number[] = [];
  for (let event = await take(reader); event !== undefined; event = await take(reader)) taken.push(event);
  return taken;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('an event buffer', () => {
  it('serves any number of readers without reading the log again', async () => {
    const { add, readAfter, log } = bufferOfLog();
    const readers = Array.from({ length: 50 }, () => readAfter());
    for (const reader of readers) expect(await takeAll(reader)).toEqual([]);
    const before = log.reads;
    for (let number = 1; number <= 20; number += 1) {
      add(number);
      for (const reader of readers) expect(await takeAll(reader)).toEqual([number]);
    }
    expect(log.reads).toBe(before);
  });

  it('continues without gaps or repetitions for readers that start at an old position in the log', async () => {
    const { numbers, buffer, add, readAfter } = bufferOfLog(250);
    numbers.push(...range(1, 250));
    const reader = readAfter();
    expect(await take(reader)).toBe(1);
    add(251);
    expect(await takeAll(reader)).toEqual(range(2, 251));
    add(252);
    expect(await takeAll(reader)).toEqual([252]);
    expect(buffer.end).toBe(252);
  });

  it('contains events that were appended while a reader was reading from the log', async () => {
    const { add, readAfter } = bufferOfLog();
    const reader = readAfter();
    const peeking = peekOrCatchUp(reader);
    add(1);
    expect(await peeking).toBe(1);
    reader.take();
    expect(await takeAll(reader)).toEqual([]);
  });

  it('keeps no events for a reader that was closed, even if the reader was reading from the log', async () => {
    const { clock, numbers, readAfter } = bufferOfLog();
    numbers.push(...range(1, 250));
    const [idle, reading] = [readAfter(), readAfter()];
    await peekOrCatchUp(idle);
    const peeking = peekOrCatchUp(reading);
    expect(clock.pendingUnref).toEqual([maxAgeMs]);

    for (const reader of [idle, reading]) reader.close();
    expect(await peeking).toBeUndefined();
    // The timer of a batch would keep the batch in memory.
    expect(clock.pendingUnref).toEqual([]);
  });

  it('returns the same event until it is taken', async () => {
    const { add, readAfter } = bufferOfLog();
    const reader = readAfter();
    await peekOrCatchUp(reader);
    add(1, 2);
    expect(await peekOrCatchUp(reader)).toBe(1);
    expect(await peekOrCatchUp(reader)).toBe(1);
    expect(reader.position).toBe(0);
    reader.take();
    expect(reader.position).toBe(1);
    expect(await peekOrCatchUp(reader)).toBe(2);
  });

  it('takes the event that was peeked at, even if it has been evicted since', async () => {
    const { clock, add, readAfter } = bufferOfLog();
    const reader = readAfter();
    await peekOrCatchUp(reader);
    add(1, 2);
    expect(await peekOrCatchUp(reader)).toBe(1);
    clock.advance(10_000);
    add(3);
    reader.take();
    expect(await takeAll(reader)).toEqual([2, 3]);
  });

  it('skips events that do not match', async () => {
    const { numbers, add, readAfter } = bufferOfLog(4);
    numbers.push(...range(1, 4));
    const even = readAfter(0, (number) => number % 2 === 0);
    expect(await takeAll(even)).toEqual([2, 4]);
    add(5, 6, 7);
    expect(await takeAll(even)).toEqual([6]);
    expect(even.position).toBe(7);
  });

  it('has a capacity, and readers with evicted events read from the log', async () => {
    const { add, readAfter, log } = bufferOfLog();
    const reader = readAfter();
    await peekOrCatchUp(reader);
    const before = log.reads;
    for (const number of range(1, 12_000)) add(number);
    expect(await takeAll(reader)).toEqual(range(1, 12_000));
    expect(log.reads).toBeGreaterThan(before + 50);

    const after = log.reads;
    add(12_001);
    expect(await takeAll(reader), 'the reader has caught up').toEqual([12_001]);
    expect(log.reads).toBe(after);
  });

  it('does not deliver old entries without reading the log again', async () => {
    const { clock, numbers, add, readAfter } = bufferOfLog();
    const inBuffer = readAfter();
    await peekOrCatchUp(inBuffer);
    add(1, 2, 3);
    const inLog = readAfter();
    expect(await take(inLog)).toBe(1);
    // The event disappears from the log before the readers continue.
    numbers.splice(numbers.indexOf(2), 1);
    clock.advance(5_001);
    add(4);
    expect(await takeAll(inLog)).toEqual([3, 4]);
    expect(await takeAll(inBuffer)).toEqual([1, 3, 4]);
  });

  it('delivers the events after a position again when it is rewound to that position', async () => {
    const { buffer, add, readAfter } = bufferOfLog();
    const caughtUp = readAfter();
    const inBetween = readAfter();
    await peekOrCatchUp(caughtUp);
    add(1, 2, 3, 4);
    expect(await takeAll(caughtUp)).toEqual([1, 2, 3, 4]);
    expect(await take(inBetween)).toBe(1);

    buffer.rewind(2);
    expect(buffer.end).toBe(2);
    expect(await takeAll(caughtUp)).toEqual([3, 4]);
    expect(await takeAll(inBetween)).toEqual([2, 3, 4]);
    buffer.append([3, 4]);
    expect(await takeAll(caughtUp)).toEqual([]);

    // Two rewinds before the reader continues: it moves to the earlier position.
    buffer.rewind(1);
    buffer.append([2, 3, 4]);
    buffer.rewind(3);
    expect(await takeAll(caughtUp)).toEqual([2, 3, 4]);
  });

  it('lets every reader read from the log after a failed poll', async () => {
    const { buffer, log, numbers, add, readAfter } = bufferOfLog();
    const reader = readAfter();
    const other = readAfter();
    await peekOrCatchUp(reader);
    await peekOrCatchUp(other);
    log.fails = true;
    buffer.invalidate();
    await expect(peekOrCatchUp(reader)).rejects.toThrow('disk I/O error');

    log.fails = false;
    numbers.push(1);
    expect(await takeAll(other), 'a reader without a query during the failure gets no error').toEqual([1]);
    buffer.append([1]);
    expect(await takeAll(other)).toEqual([]);
    add(2);
    expect(await takeAll(other)).toEqual([2]);
  });

  it('delivers every event once and in order to every reader, in any sequence of operations', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), by: fc.nat({ max: 2 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 150 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat({ max: 7 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('invalidate' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat({ max: 250 }), async (steps, already) => {
        const { clock, numbers, buffer, add, readAfter } = bufferOfLog(already);
        numbers.push(...range(1, already));
        const isEven = (number: number) => number % 2 === 0;
        const readers = [readAfter(), readAfter(already), readAfter(0, isEven)];
        const taken: number[][] = [[], [], []];
        for (const each of steps) {
          if (each.kind === 'add') add(...range(numbers.length + 1, numbers.length + each.count));
          else if (each.kind === 'wait') clock.advance(each.seconds * 1_000);
          else if (each.kind === 'invalidate') buffer.invalidate();
          else {
            const reader = readers[each.by];
            const event = reader === undefined ? undefined : await take(reader);
            if (event !== undefined) taken[each.by]?.push(event);
          }
        }
        for (const [index, reader] of readers.entries()) taken[index]?.push(...(await takeAll(reader)));
        expect(taken).toEqual([numbers, numbers.slice(already), numbers.filter(isEven)]);
      }),
    );
  });
});
