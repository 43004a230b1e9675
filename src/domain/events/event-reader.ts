import type { Clock, Timer } from '../../shared/clock.ts';
import type { Entry, Log } from './log.ts';

/*
 * A reader is in one of these states:
 *
 * 1. Reading the log. Every reader starts in this state and reads batches of 100 events. A smaller batch ends at the end
 *    of the log. After it, the reader continues in the buffer.
 * 2. Reading the buffer. Events in the buffer have sequence numbers, and the reader stores the number of its next event.
 * 3. Too slow for the buffer. The next event has left the buffer, so `peek` returns `notBuffered`. `catchUp` changes the reader
 *    to state 1.
 * 4. Rewound. The clock was set back, so `peek` returns `notBuffered`. `catchUp` moves the reader back in the log and
 *    changes it to state 1.
 * 5. Closed. The subscriber has left, so the reader holds no events and `peek` returns undefined.
 */

/** `peek` returns this value if the next event has to be read from the log. */
export const notBuffered = Symbol('notBuffered');

/** The part of an event buffer that readers see. */
export interface BufferContent<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  /** The sequence number of the first entry, or the number for the next entry if the buffer is empty. */
  readonly firstNumber: number;
  /** The positions from all calls of `rewind`, in order. */
  readonly rewinds: readonly Position[];
}

/** A batch of events that one reader has read from the log. */
interface Batch<Event, Position> {
  readonly entries: readonly Entry<Event, Position>[];
  readonly readAtMs: number;
  /** The index of the first entry that the reader has not passed yet. */
  nextIndex: number;
  /**
   * The sequence number of the next event after the batch. Undefined if the batch is full, because the log may have
   * more events.
   */
  readonly nextNumber: number | undefined;
  /** Drops the batch after some time, because a subscriber that has stopped reading would keep it in memory. */
  readonly expiry: Timer;
}

const batchSize = 100;

/** Reads a log for one subscriber. The states of a reader are described at the top of this file. */
// This is a class, because thousands of instances take less memory than closures.
export class EventReader<Event, Position> {
  readonly #log: Log<Event, Position>;
  readonly #buffer: BufferContent<Event, Position>;
  readonly #clock: Clock;
  readonly #matches: (event: Event) => boolean;
  #position: Position;
  /** The number of elements of `rewinds` that the reader has applied. */
  #rewindsApplied: number;
  /** The sequence number of the next event in the buffer. Undefined while the reader reads from the log. */
  #nextNumber: number | undefined;
  /** The latest batch from the log, or undefined if the reader holds no batch. */
  #batch: Batch<Event, Position> | undefined;
  #peeked: Entry<Event, Position> | undefined;
  #isClosed = false;

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

  /** The position of the reader in the log. The subscriber has taken all matching events up to this position. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Returns the next event without taking it, or undefined if there is none. If the result is `notBuffered`, call
   * `catchUp` and then `peek` again.
   */
  peek(): Event | undefined | typeof notBuffered {
    const entry = this.#nextEntry();
    this.#peeked = entry === notBuffered ? undefined : entry;
    return entry === notBuffered ? notBuffered : entry?.event;
  }

  /** Moves the position of the reader to the event that the last `peek` returned. */
  take(): void {
    if (this.#peeked !== undefined) this.#position = this.#peeked.position;
  }

  /** Reads the next events from the log. Throws if the log cannot be read. */
  async catchUp(): Promise<void> {
    const { rewinds, firstNumber, entries } = this.#buffer;
    this.#nextNumber = undefined;
    for (const rewind of rewinds.slice(this.#rewindsApplied))
      this.#position = earlierOf(this.#log, this.#position, rewind);
    this.#rewindsApplied = rewinds.length;
    // Events that are appended during the query get at least this number, so the reader continues with it.
    const numberOfNextAppended = firstNumber + entries.length;
    const events = await this.#log.read(this.#position, batchSize);
    this.#dropBatch();
    if (this.#isClosed) return;
    const readAtMs = this.#clock.now().getTime();
    this.#batch = {
      entries: events.map((event) => ({ event, position: this.#log.positionOf(event), readAtMs })),
      readAtMs,
      nextIndex: 0,
      nextNumber: events.length < batchSize ? numberOfNextAppended : undefined,
      expiry: this.#clock.setTimer(maxAgeMs, () => this.#dropBatch(), { unref: true }),
    };
  }

  /** Drops all events that the reader holds. Call this when the subscriber has left. */
  close(): void {
    this.#isClosed = true;
    this.#peeked = undefined;
    this.#dropBatch();
  }

  #dropBatch(): void {
    this.#batch?.expiry.cancel();
    this.#batch = undefined;
  }

  #nextEntry(): Entry<Event, Position> | undefined | typeof notBuffered {
    if (this.#isClosed) return undefined;
    const { rewinds, firstNumber, entries } = this.#buffer;
    // The buffer was rewound, so `catchUp` has to move the reader back.
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
      this.#dropBatch();
    }
    // The next event has left the buffer, so `catchUp` has to read it from the log.
    if (this.#nextNumber < firstNumber) return notBuffered;
    const index = this.#findNext(entries, this.#nextNumber - firstNumber);
    this.#nextNumber = firstNumber + index;
    return entries[index];
  }

  /**
   * Returns the index of the next matching entry, or the number of entries if none matches. Moves the reader past the
   * entries that it skips.
   */
  #findNext(entries: readonly Entry<Event, Position>[], from: number): number {
    for (let index = from; index < entries.length; index += 1) {
      const entry = entries[index];
      // Skip an event of the buffer that was already in the batch.
      if (entry === undefined || this.#log.compare(entry.position, this.#position) <= 0) continue;
      if (this.#matches(entry.event)) return index;
      this.#position = entry.position;
    }
    return entries.length;
  }
}

/**
 * Returns the next event without taking it, or undefined if there is none. Reads the log if the event is not in memory.
 */
export async function peekOrCatchUp<Event>(reader: EventReader<Event, unknown>): Promise<Event | undefined> {
  for (;;) {
    const event = reader.peek();
    if (event !== notBuffered) return event;
    await reader.catchUp();
  }
}

/** The maximum age of events in memory, in milliseconds, because the log may no longer contain older events. */
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
