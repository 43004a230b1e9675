import type { Clock } from '../../shared/clock.ts';
import type { Entry, Log } from './log.ts';

/** `peek` returns it if the next event has to be read from the log. */
export const notBuffered = Symbol('notBuffered');

/** The position of one subscriber in a log. The states of a reader are described in event-buffer.ts. */
export interface EventReader<Event, Position> {
  /** All events up to here were taken or did not match. */
  readonly position: Position;
  /** Returns the next event without taking it; undefined if there is none yet; `notBuffered`: call `catchUp` first. */
  peek(): Event | undefined | typeof notBuffered;
  /** Reads the next events from the log. Throws what reading throws. */
  catchUp(): Promise<void>;
  /** Moves the position to the event that the last `peek` returned. */
  take(): void;
}

/** Returns the next event without taking it, and reads the log if needed; undefined if there is none yet. */
export async function peekOrCatchUp<Event>(reader: EventReader<Event, unknown>): Promise<Event | undefined> {
  for (;;) {
    const event = reader.peek();
    if (event !== notBuffered) return event;
    await reader.catchUp();
  }
}

/** The part of an event buffer that its readers use. */
export interface BufferContent<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  /** The sequence number of the first entry, or of the next event to be appended if there are no entries. */
  readonly firstNumber: number;
  /** Every position to which the buffer was rewound, in order of time. */
  readonly rewinds: readonly Position[];
}

/** A batch that a reader in state 1 read from the log. */
interface Batch<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  readonly readAtMs: number;
  /** The index of the first entry that the reader has not passed. */
  nextIndex: number;
  /** Where the reader continues in the buffer; undefined if the batch is full, so that the log may have more. */
  readonly nextNumber: number | undefined;
}

const batchSize = 100;

export function createEventReader<Event, Position>(
  log: Log<Event, Position>,
  buffer: BufferContent<Event, Position>,
  clock: Clock,
  { after, matches }: { after: Position; matches: (event: Event) => boolean },
): EventReader<Event, Position> {
  let position = after;
  /** How many of the buffer's rewinds the position reflects. Fewer than all of them: state 4. */
  let rewindsApplied = buffer.rewinds.length;
  /** The sequence number of the next event in the buffer (state 2, or state 3 if it has left). Undefined: state 1. */
  let nextNumber: number | undefined;
  /** The last batch of state 1. Undefined before the first batch and after the batch has expired. */
  let batch: Batch<Event, Position> | undefined;
  let peeked: Entry<Event, Position> | undefined;

  const catchUp = async () => {
    nextNumber = undefined;
    for (const rewind of buffer.rewinds.slice(rewindsApplied)) position = earlierOf(log, position, rewind);
    rewindsApplied = buffer.rewinds.length;
    // Before the query, so that no event between the batch and the buffer is lost.
    const numberOfNextAppended = buffer.firstNumber + buffer.entries.length;
    const events = await log.read(position, batchSize);
    const readAtMs = clock.now().getTime();
    const read: Batch<Event, Position> = {
      entries: events.map((event) => ({ event, position: log.positionOf(event), readAtMs })),
      readAtMs,
      nextIndex: 0,
      nextNumber: events.length < batchSize ? numberOfNextAppended : undefined,
    };
    batch = read;
    // A subscriber that has stopped reading must not hold the memory of its batch.
    const expire = () => {
      if (batch === read) batch = undefined;
    };
    clock.setTimer(maxAgeMs, expire, { unref: true });
  };

  /** The index of the next entry that matches, or the number of entries. Moves the position past those that do not. */
  const findNext = (entries: readonly Entry<Event, Position>[], from: number): number => {
    for (let index = from; index < entries.length; index += 1) {
      const entry = entries[index];
      if (entry === undefined || log.compare(entry.position, position) <= 0) continue;
      if (matches(entry.event)) return index;
      position = entry.position;
    }
    return entries.length;
  };

  const nextEntry = (): Entry<Event, Position> | undefined | typeof notBuffered => {
    if (rewindsApplied < buffer.rewinds.length) return notBuffered;
    if (nextNumber === undefined) {
      if (batch === undefined) return notBuffered;
      if (isFresh(clock, batch.readAtMs)) {
        batch.nextIndex = findNext(batch.entries, batch.nextIndex);
        const entry = batch.entries[batch.nextIndex];
        if (entry !== undefined) return entry;
      }
      const isPassed = batch.nextIndex === batch.entries.length;
      if (!isPassed || batch.nextNumber === undefined) return notBuffered;
      nextNumber = batch.nextNumber;
      batch = undefined;
    }
    if (nextNumber < buffer.firstNumber) return notBuffered;
    const index = findNext(buffer.entries, nextNumber - buffer.firstNumber);
    nextNumber = buffer.firstNumber + index;
    return buffer.entries[index];
  };

  return {
    get position() {
      return position;
    },
    peek() {
      const entry = nextEntry();
      peeked = entry === notBuffered ? undefined : entry;
      return entry === notBuffered ? notBuffered : entry?.event;
    },
    catchUp,
    take() {
      if (peeked !== undefined) position = peeked.position;
    },
  };
}

/** In milliseconds. An older entry is read from the log again, because its event may no longer apply. */
export const maxAgeMs = 5_000;

export function isFresh(clock: Clock, readAtMs: number): boolean {
  return Math.abs(clock.now().getTime() - readAtMs) <= maxAgeMs;
}

export function earlierOf<Position>(
  { compare }: Pick<Log<unknown, Position>, 'compare'>,
  one: Position,
  other: Position,
): Position {
  return compare(one, other) < 0 ? one : other;
}
