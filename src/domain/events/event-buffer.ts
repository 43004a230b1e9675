import type { Clock, Timer } from '../../shared/clock.ts';

/** An ordered log that lies somewhere else and grows at its end. */
export interface Log<Event, Position> {
  /** What comes behind a place, in order, no more than so many. */
  read(after: Position, atMost: number): Promise<readonly Event[]>;
  positionOf(event: Event): Position;
  /** Negative when the one comes before the other. */
  compare(one: Position, other: Position): number;
}

/**
 * The newest part of a log, read once for all who follow it. It keeps what was read within the last second, as far
 * as there is room, whoever has not taken it yet: a follower that falls behind reads for itself from where it is,
 * until it has caught up again.
 */
export interface EventBuffer<Event, Position> {
  /** Where the next look at the log begins. */
  readonly end: Position;
  append(events: readonly Event[]): void;
  /** A look failed: every follower reads for itself once more, and is told itself if that fails, too. */
  invalidate(): void;
  /** Goes back to an earlier place: what the log has behind it is new again, for every follower. */
  rewind(position: Position): void;
  /** `behind` is where it begins; `matches` chooses what it is for. */
  readAfter(after: Position, matches: (event: Event) => boolean): EventReader<Event, Position>;
}

/** A follower does not have what comes next, and has to read for itself. */
export const notBuffered = Symbol('notBuffered');

/** One reader's place in the log; a reader that does not read is nothing else. */
export interface EventReader<Event, Position> {
  /** Everything up to here was taken, or was not for this follower. */
  readonly position: Position;
  /** The next event; undefined when there is none yet. It stays the next one until it is taken. */
  peek(): Event | undefined | typeof notBuffered;
  /** Reads for itself what comes next. */
  catchUp(): Promise<void>;
  /** Takes the event that was peeked at. */
  take(): void;
}

/** The next event of a follower, read by itself if it has to; undefined when there is none yet. */
export async function nextOf<Event>(reader: EventReader<Event, unknown>): Promise<Event | undefined> {
  for (;;) {
    const event = reader.peek();
    if (event !== notBuffered) return event;
    await reader.catchUp();
  }
}

/** How old a look may be when somebody is told what it found, in milliseconds. */
const freshForMs = 5_000;
const room = 5_000;
const batchSize = 100;

interface Entry<Event, Position> {
  event: Event;
  position: Position;
  readAt: number;
}

/** What a follower read for itself, how much of it was passed, and which entry follows if that was all there was. */
interface OwnBatch<Event, Position> {
  entries: readonly Entry<Event, Position>[];
  passed: number;
  readAt: number;
  nextBuffered: number | undefined;
}

const nothing = { entries: [], passed: 0, readAt: Number.NEGATIVE_INFINITY, nextBuffered: undefined };

export function createEventBuffer<Event, Position>(
  log: Log<Event, Position>,
  start: Position,
  clock: Clock,
): EventBuffer<Event, Position> {
  let entries: Entry<Event, Position>[] = [];
  /** Entries are numbered from the first on; this is the number of the oldest that is kept. */
  let oldest = 0;
  let end = start;
  let timer: Timer | undefined;
  const rewinds: Position[] = [];

  const now = () => clock.now().getTime();
  const isFresh = ({ readAt }: { readAt: number }) => Math.abs(now() - readAt) <= freshForMs;
  const earlier = (one: Position, other: Position) => (log.compare(one, other) < 0 ? one : other);

  const forget = (count: number) => {
    if (count <= 0) return;
    entries = entries.slice(count);
    oldest += count;
  };

  const forgetOld = () => {
    timer?.cancel();
    const fresh = entries.findIndex(isFresh);
    forget(Math.max(fresh === -1 ? entries.length : fresh, entries.length - room));
    timer = entries.length === 0 ? undefined : clock.setTimer(freshForMs, forgetOld, { unref: true });
  };

  return {
    get end() {
      return end;
    },

    append(events) {
      const readAt = now();
      for (const event of events) {
        end = log.positionOf(event);
        entries.push({ event, position: end, readAt });
      }
      forgetOld();
    },

    invalidate() {
      forget(entries.length);
      // A number without an entry: whoever stands at the end has fallen behind it.
      oldest += 1;
    },

    rewind(position) {
      forget(entries.length);
      end = earlier(end, position);
      rewinds.push(position);
    },

    readAfter(after, matches) {
      let position = after;
      let rewindsSeen = rewinds.length;
      /** The number of the entry to look at next; undefined while this follower reads for itself. */
      let next: number | undefined;
      let ownBatch: OwnBatch<Event, Position> = nothing;
      let peeked: Entry<Event, Position> | undefined;

      const readFromLog = async () => {
        next = undefined;
        for (const rewind of rewinds.slice(rewindsSeen)) position = earlier(position, rewind);
        rewindsSeen = rewinds.length;
        // Before asking: what is appended meanwhile may be in the answer or not, and is told once either way.
        const nextBuffered = oldest + entries.length;
        const events = await log.read(position, batchSize);
        const readAt = now();
        const read = {
          entries: events.map((event) => ({ event, position: log.positionOf(event), readAt })),
          passed: 0,
          readAt,
          nextBuffered: events.length < batchSize ? nextBuffered : undefined,
        };
        ownBatch = read;
        // By then it would be read again: whoever has stopped reading need not keep it.
        const forgetOwnBatch = () => {
          if (ownBatch === read) ownBatch = nothing;
        };
        clock.setTimer(freshForMs, forgetOwnBatch, { unref: true });
      };

      /** The index of the first entry that was not taken and is for this follower; goes past the others. */
      const find = (candidates: readonly Entry<Event, Position>[], from: number): number => {
        for (let index = from; index < candidates.length; index += 1) {
          const entry = candidates[index];
          if (entry === undefined || log.compare(entry.position, position) <= 0) continue;
          if (matches(entry.event)) return index;
          position = entry.position;
        }
        return candidates.length;
      };

      return {
        get position() {
          return position;
        },

        peek() {
          peeked = undefined;
          if (rewindsSeen < rewinds.length) return notBuffered;
          if (next === undefined) {
            if (isFresh(ownBatch)) {
              ownBatch.passed = find(ownBatch.entries, ownBatch.passed);
              peeked = ownBatch.entries[ownBatch.passed];
            }
            if (peeked !== undefined) return peeked.event;
            if (ownBatch.passed < ownBatch.entries.length || ownBatch.nextBuffered === undefined)
              return notBuffered;
            next = ownBatch.nextBuffered;
          }
          if (next < oldest) return notBuffered;
          const index = find(entries, next - oldest);
          next = oldest + index;
          peeked = entries[index];
          return peeked?.event;
        },

        catchUp: readFromLog,

        take() {
          if (peeked !== undefined) position = peeked.position;
        },
      };
    },
  };
}
