import type { Clock, Timer } from '../../shared/clock.ts';

/** An ordered log that lies somewhere else and grows at its end. */
export interface Log<Event, Place> {
  /** What comes behind a place, in order, no more than so many. */
  read(behind: Place, atMost: number): Promise<readonly Event[]>;
  placeOf(event: Event): Place;
  /** Negative when the one comes before the other. */
  compare(one: Place, other: Place): number;
}

/**
 * The newest part of a log, read once for all who follow it. It keeps what was read within the last second, as far
 * as there is room, whoever has not taken it yet: a follower that falls behind reads for itself from where it is,
 * until it has caught up again.
 */
export interface Tail<Event, Place> {
  /** Where the next look at the log begins. */
  readonly end: Place;
  append(events: readonly Event[]): void;
  /** A look failed: every follower reads for itself once more, and is told itself if that fails, too. */
  distrust(): void;
  /** Goes back to an earlier place: what the log has behind it is new again, for every follower. */
  rewind(place: Place): void;
  /** `behind` is where it begins; `matches` chooses what it is for. */
  follow(behind: Place, matches: (event: Event) => boolean): Follower<Event, Place>;
}

/** A follower does not have what comes next, and has to read for itself. */
export const isBehind = Symbol('isBehind');

/** One reader's place in the log; a reader that does not read is nothing else. */
export interface Follower<Event, Place> {
  /** Everything up to here was taken, or was not for this follower. */
  readonly place: Place;
  /** The next event; undefined when there is none yet. It stays the next one until it is taken. */
  peek(): Event | undefined | typeof isBehind;
  /** Reads for itself what comes next. */
  catchUp(): Promise<void>;
  /** Takes the event that was peeked at. */
  take(): void;
}

/** The next event of a follower, read by itself if it has to; undefined when there is none yet. */
export async function nextOf<Event>(follower: Follower<Event, unknown>): Promise<Event | undefined> {
  for (;;) {
    const event = follower.peek();
    if (event !== isBehind) return event;
    await follower.catchUp();
  }
}

/** How old a look may be when somebody is told what it found, in milliseconds. */
const freshForMs = 5_000;
const room = 5_000;
const batchSize = 100;

interface Entry<Event, Place> {
  event: Event;
  place: Place;
  readAt: number;
}

/** What a follower read for itself, how much of it was passed, and which entry follows if that was all there was. */
interface Own<Event, Place> {
  entries: readonly Entry<Event, Place>[];
  passed: number;
  readAt: number;
  joins: number | undefined;
}

const nothing = { entries: [], passed: 0, readAt: Number.NEGATIVE_INFINITY, joins: undefined };

export function createTail<Event, Place>(
  log: Log<Event, Place>,
  start: Place,
  clock: Clock,
): Tail<Event, Place> {
  let entries: Entry<Event, Place>[] = [];
  /** Entries are numbered from the first on; this is the number of the oldest that is kept. */
  let oldest = 0;
  let end = start;
  let timer: Timer | undefined;
  const rewinds: Place[] = [];

  const now = () => clock.now().getTime();
  const isFresh = ({ readAt }: { readAt: number }) => Math.abs(now() - readAt) <= freshForMs;
  const earlier = (one: Place, other: Place) => (log.compare(one, other) < 0 ? one : other);

  const forget = (count: number) => {
    if (count <= 0) return;
    entries = entries.slice(count);
    oldest += count;
  };

  const forgetOld = () => {
    timer?.cancel();
    const fresh = entries.findIndex(isFresh);
    forget(Math.max(fresh === -1 ? entries.length : fresh, entries.length - room));
    timer = entries.length === 0 ? undefined : clock.setTimer(freshForMs, forgetOld, { background: true });
  };

  return {
    get end() {
      return end;
    },

    append(events) {
      const readAt = now();
      for (const event of events) {
        end = log.placeOf(event);
        entries.push({ event, place: end, readAt });
      }
      forgetOld();
    },

    distrust() {
      forget(entries.length);
      // A number without an entry: whoever stands at the end has fallen behind it.
      oldest += 1;
    },

    rewind(place) {
      forget(entries.length);
      end = earlier(end, place);
      rewinds.push(place);
    },

    follow(behind, matches) {
      let place = behind;
      let rewindsSeen = rewinds.length;
      /** The number of the entry to look at next; undefined while this follower reads for itself. */
      let next: number | undefined;
      let own: Own<Event, Place> = nothing;
      let peeked: Entry<Event, Place> | undefined;

      const readForItself = async () => {
        next = undefined;
        for (const rewind of rewinds.slice(rewindsSeen)) place = earlier(place, rewind);
        rewindsSeen = rewinds.length;
        // Before asking: what is appended meanwhile may be in the answer or not, and is told once either way.
        const joins = oldest + entries.length;
        const events = await log.read(place, batchSize);
        const readAt = now();
        const read = {
          entries: events.map((event) => ({ event, place: log.placeOf(event), readAt })),
          passed: 0,
          readAt,
          joins: events.length < batchSize ? joins : undefined,
        };
        own = read;
        // By then it would be read again: whoever has stopped reading need not keep it.
        const forgetOwn = () => {
          if (own === read) own = nothing;
        };
        clock.setTimer(freshForMs, forgetOwn, { background: true });
      };

      /** The index of the first entry that was not taken and is for this follower; goes past the others. */
      const find = (candidates: readonly Entry<Event, Place>[], from: number): number => {
        for (let index = from; index < candidates.length; index += 1) {
          const entry = candidates[index];
          if (entry === undefined || log.compare(entry.place, place) <= 0) continue;
          if (matches(entry.event)) return index;
          place = entry.place;
        }
        return candidates.length;
      };

      return {
        get place() {
          return place;
        },

        peek() {
          peeked = undefined;
          if (rewindsSeen < rewinds.length) return isBehind;
          if (next === undefined) {
            if (isFresh(own)) {
              own.passed = find(own.entries, own.passed);
              peeked = own.entries[own.passed];
            }
            if (peeked !== undefined) return peeked.event;
            if (own.passed < own.entries.length || own.joins === undefined) return isBehind;
            next = own.joins;
          }
          if (next < oldest) return isBehind;
          const index = find(entries, next - oldest);
          next = oldest + index;
          peeked = entries[index];
          return peeked?.event;
        },

        catchUp: readForItself,

        take() {
          if (peeked !== undefined) place = peeked.place;
        },
      };
    },
  };
}
