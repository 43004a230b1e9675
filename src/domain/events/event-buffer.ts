import type { Clock, Timer } from '../../shared/clock.ts';
import { earlierOf, EventReader, isFresh, maxAgeMs } from './event-reader.ts';
import type { Entry, Log } from './log.ts';

/**
 * The newest events of a log, read from the database once and shared by all readers. The owner of the buffer polls
 * the log: it reads what comes after `end` and appends it.
 *
 * Appended events are numbered in sequence. The buffer holds the events of one range of these numbers, up to the
 * newest. An event leaves the buffer in three ways:
 *
 * - Eviction: it was read more than 5 seconds ago, or 5,000 newer events are in the buffer.
 * - `invalidate`: a poll failed, so the buffer may lack events. All events leave.
 * - `rewind`: the log changed before `end`, because the clock was set back. All events leave.
 *
 * Each reader is in one of these states:
 *
 * 1. Reading from the log, in batches of 100 events with one query each. Every reader starts here. A batch of fewer
 *    than 100 events ends at the end of the log: after it, the reader changes to state 2. Its next sequence number is
 *    that of the first event appended after its query began. Such an event can be in the batch as well, so a reader
 *    skips every event that is not after its position. The rest of a batch is read again if it is older than 5 seconds.
 * 2. Reading from the buffer, without queries. The reader holds the sequence number of its next event. If that event
 *    was not appended yet, there is none to deliver.
 * 3. Fell out of the buffer: the event with its next sequence number has left. `peek` returns `notBuffered`, and
 *    `catchUp` continues from the reader's position in state 1. `invalidate` skips a sequence number, so that readers
 *    without a next event fall out too. A reader whose own query fails as well passes the error to its subscriber.
 * 4. Rewound: like state 3, but `catchUp` first moves the reader back to the earliest position of all the rewinds
 *    since its last query.
 */
export interface EventBuffer<Event, Position> {
  /** The position after which the next poll reads the log. */
  readonly end: Position;
  append(events: readonly Event[]): void;
  invalidate(): void;
  /** Events after `position` count as new again, for `end` and for every reader. */
  rewind(position: Position): void;
  /** Creates a reader of the matching events after a position. */
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
