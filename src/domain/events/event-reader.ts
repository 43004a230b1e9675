import type { Clock } from '../../shared/clock.ts';
import type { Entry, Log } from './log.ts';

/** The result of `peek` if the next event has to be read from the log. */
export const notBuffered = Symbol('notBuffered');

/** The part of an event buffer that its readers use. */
export interface BufferContent<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  /** The sequence number of the first entry, or of the next event to be appended if there are no entries. */
  readonly firstNumber: number;
  /** Every position to which the buffer was rewound, in order of time. */
  readonly rewinds: readonly Position[];
}

/** A batch of events that a reader read from the log itself: state 1 in event-buffer.ts. */
interface Batch<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  readonly readAtMs: number;
  /** The index of the first entry that the reader has not passed. */
  nextIndex: number;
  /**
   * The sequence number at which the reader continues in the buffer. Undefined if the batch is full, because the log
   * may then have more events.
   */
  readonly nextNumber: number | undefined;
}

const batchSize = 100;

/**
 * The position of one subscriber in a log. Its states are described in event-buffer.ts. A class, because there are
 * thousands of readers and each closure of a reader would take memory.
 */
export class EventReader<Event, Position> {
  readonly #log: Log<Event, Position>;
  readonly #buffer: BufferContent<Event, Position>;
  readonly #clock: Clock;
  readonly #matches: (event: Event) => boolean;
  #position: Position;
  /**
   * The number of the buffer's rewinds that are applied to the position. If the buffer has more rewinds, the reader is
   * in state 4.
   */
  #rewindsApplied: number;
  /** The sequence number of the next event in the buffer (state 2, or state 3 if it has left). Undefined: state 1. */
  #nextNumber: number | undefined;
  /** The last batch of state 1. Undefined before the first batch and after the batch has expired. */
  #batch: Batch<Event, Position> | undefined;
  #peeked: Entry<Event, Position> | undefined;

  constructor(
    log: Log<Event, Position>,
    buffer: BufferContent<Event, Position>,
    clock: Clock,
    { after, matches }: { after: Position; matches: (event: Event) => boolean },
  ) {
    this.#log = log;
    this.#buffer = buffer;
    this.#clock = clock;
    this.#matches = matches;
    this.#position = after;
    this.#rewindsApplied = buffer.rewinds.length;
  }

  /** The position of the reader: all events up to it were taken or did not match. */
  get position(): Position {
    return this.#position;
  }

  /** Returns the next event without taking it; undefined if there is none yet; `notBuffered`: call `catchUp` first. */
  peek(): Event | undefined | typeof notBuffered {
    const entry = this.#nextEntry();
    this.#peeked = entry === notBuffered ? undefined : entry;
    return entry === notBuffered ? notBuffered : entry?.event;
  }

  /** Moves the position to the event that the last `peek` returned. */
  take(): void {
    if (this.#peeked !== undefined) this.#position = this.#peeked.position;
  }

  /** Reads the next events from the log. Rethrows the errors of the log. */
  async catchUp(): Promise<void> {
    const { rewinds, firstNumber, entries } = this.#buffer;
    this.#nextNumber = undefined;
    for (const rewind of rewinds.slice(this.#rewindsApplied))
      this.#position = earlierOf(this.#log, this.#position, rewind);
    this.#rewindsApplied = rewinds.length;
    // Take this number before the query, so that no event between the batch and the buffer is lost.
    const numberOfNextAppended = firstNumber + entries.length;
    const events = await this.#log.read(this.#position, batchSize);
    const readAtMs = this.#clock.now().getTime();
    const batch: Batch<Event, Position> = {
      entries: events.map((event) => ({ event, position: this.#log.positionOf(event), readAtMs })),
      readAtMs,
      nextIndex: 0,
      nextNumber: events.length < batchSize ? numberOfNextAppended : undefined,
    };
    this.#batch = batch;
    // A subscriber that has stopped reading must not hold the memory of its batch.
    const expire = () => {
      if (this.#batch === batch) this.#batch = undefined;
    };
    this.#clock.setTimer(maxAgeMs, expire, { unref: true });
  }

  #nextEntry(): Entry<Event, Position> | undefined | typeof notBuffered {
    const { rewinds, firstNumber, entries } = this.#buffer;
    if (this.#rewindsApplied < rewinds.length) return notBuffered;
    if (this.#nextNumber === undefined) {
      const batch = this.#batch;
      if (batch === undefined) return notBuffered;
      if (isFresh(this.#clock, batch.readAtMs)) {
        batch.nextIndex = this.#findNext(batch.entries, batch.nextIndex);
        const entry = batch.entries[batch.nextIndex];
        if (entry !== undefined) return entry;
      }
      const isPassed = batch.nextIndex === batch.entries.length;
      if (!isPassed || batch.nextNumber === undefined) return notBuffered;
      this.#nextNumber = batch.nextNumber;
      this.#batch = undefined;
    }
    if (this.#nextNumber < firstNumber) return notBuffered;
    const index = this.#findNext(entries, this.#nextNumber - firstNumber);
    this.#nextNumber = firstNumber + index;
    return entries[index];
  }

  /**
   * The index of the next entry that matches; the number of entries if none does. Moves the position past the entries
   * before it.
   */
  #findNext(entries: readonly Entry<Event, Position>[], from: number): number {
    for (let index = from; index < entries.length; index += 1) {
      const entry = entries[index];
      if (entry === undefined || this.#log.compare(entry.position, this.#position) <= 0) continue;
      if (this.#matches(entry.event)) return index;
      this.#position = entry.position;
    }
    return entries.length;
  }
}

/** Returns the next event without taking it, and reads the log if needed; undefined if there is none yet. */
export async function peekOrCatchUp<Event>(reader: EventReader<Event, unknown>): Promise<Event | undefined> {
  for (;;) {
    const event = reader.peek();
    if (event !== notBuffered) return event;
    await reader.catchUp();
  }
}

/**
 * The maximum age of an entry, in milliseconds. An older entry is read from the log again, because its event may no
 * longer apply.
 */
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
