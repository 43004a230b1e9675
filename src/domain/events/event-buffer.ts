import type { Clock, Timer } from '../../shared/clock.ts';
import { earlierOf, EventReader, isFresh, maxAgeMs } from './event-reader.ts';
import type { Entry, Log } from './log.ts';

/** Holds the newest events of a log in memory for all readers, so each event is read from the database only once. */
export interface EventBuffer<Event, Position> {
  /** The next poll reads the events after this position. */
  readonly end: Position;
  /**
   * Adds the events that a poll found after `end`. Keeps only the newest 5,000 events. A timer removes events that are
   * older than 5 seconds.
   */
  append(events: readonly Event[]): void;
  /** Called after a failed poll. Removes all events, so that readers read the log instead. */
  invalidate(): void;
  /**
   * Removes all events, because the clock was set back. If `end` or a reader is after `position`, moves it back to
   * `position`.
   */
  rewind(position: Position): void;
  /** Creates a reader that starts after a position and skips events for which `matches` returns false. */
  readAfter(after: Position, matches: (event: Event) => boolean): EventReader<Event, Position>;
}

const capacity = 5_000;

export function createEventBuffer<Event, Position>(
  log: Log<Event, Position>,
  start: Position,
  clock: Clock,
): EventBuffer<Event, Position> {
  const content = {
    entries: new Array<Entry<Event, Position>>(),
    firstNumber: 0,
    rewinds: new Array<Position>(),
  };
  let end = start;
  let eviction: Timer | undefined;

  const removeFirst = (count: number) => {
    if (count <= 0) return;
    content.entries = content.entries.slice(count);
    content.firstNumber += count;
  };

  const evict = () => {
    eviction?.cancel();
    const { entries } = content;
    const firstFresh = entries.findIndex(({ readAtMs }) => isFresh(clock, readAtMs));
    const expired = firstFresh === -1 ? entries.length : firstFresh;
    removeFirst(Math.max(expired, entries.length - capacity));
    eviction = content.entries.length === 0 ? undefined : clock.setTimer(maxAgeMs, evict, { unref: true });
  };

  return {
    get end() {
      return end;
    },

    append(events) {
      const readAtMs = clock.now().getTime();
      for (const event of events) {
        end = log.positionOf(event);
        content.entries.push({ event, position: end, readAtMs });
      }
      evict();
    },

    invalidate() {
      removeFirst(content.entries.length);
      // Skip one sequence number. A reader that waits for this number then has to read the log.
      content.firstNumber += 1;
    },

    rewind(position) {
      removeFirst(content.entries.length);
      end = earlierOf(log, end, position);
      content.rewinds.push(position);
    },

    readAfter(after, matches) {
      return new EventReader(log, content, clock, { after, matches });
    },
  };
}
