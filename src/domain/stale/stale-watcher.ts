import { pullEvents } from '../events/event-iterators.ts';
import { type EventReader, notBuffered } from '../events/event-reader.ts';
import type { SessionFacts } from '../sessions/filter-fields.ts';
import { createClockJumps } from './clock-jumps.ts';
import type { StaleEvent } from './stale-events.ts';
import { startPosition, encodeCursor, type Position, type StaleCursor } from './cursor.ts';
import { type Threshold, nameOfThreshold } from './thresholds.ts';
import {
  createThresholdWatcher,
  type ThresholdWatcher,
  type ThresholdWatcherOptions,
} from './threshold-watcher.ts';

export interface WatchParams {
  thresholds: readonly Threshold[];
  /**
   * The cursor from which to continue an earlier subscription. If a threshold is not in the cursor, all events of the
   * threshold are sent.
   */
  after: StaleCursor | undefined;
  matches: (session: SessionFacts) => boolean;
}

/** A stale event with its cursor. All subscribers that have the same cursor share one object. */
export class DeliveredStaleEvent {
  readonly event: StaleEvent;
  /** A later subscription uses the cursor to continue after this event. */
  readonly cursor: string;

  constructor(event: StaleEvent, cursor: string) {
    this.event = event;
    this.cursor = cursor;
  }
}

export interface StaleWatcher {
  /** Yields the sessions that are already stale, oldest first. After that, yields each session when it turns stale. */
  watch(params: WatchParams): AsyncIterableIterator<DeliveredStaleEvent>;
  /** Stops all timers. Open subscriptions get no more events. */
  close(): void;
}

export interface StaleWatcherOptions extends Pick<ThresholdWatcherOptions, 'database' | 'clock' | 'onError'> {
  /** Called after each jump of the clock (see `ClockJumps`). */
  onClockJump: (byMs: number) => void;
}

export function createStaleWatcher(options: StaleWatcherOptions): StaleWatcher {
  const jumps = createClockJumps(options.clock);
  jumps.listen(options.onClockJump);
  const thresholdWatchers = new Map<string, ThresholdWatcher>();

  const watcherOf = (threshold: Threshold): ThresholdWatcher => {
    const name = nameOfThreshold(threshold);
    const existing = thresholdWatchers.get(name);
    if (existing !== undefined) return existing;
    const onIdle = () => thresholdWatchers.delete(name);
    const created = createThresholdWatcher(threshold, { ...options, jumps, onIdle });
    thresholdWatchers.set(name, created);
    return created;
  };

  return {
    watch({ thresholds, after, matches }) {
      const names = thresholds.map(nameOfThreshold);
      let readers: EventReader<StaleEvent, Position>[] | undefined;
      let hasLeft = false;

      const closeReaders = () => {
        for (const reader of readers ?? []) reader.close();
      };

      const start = async (): Promise<readonly DeliveredStaleEvent[]> => {
        readers = await Promise.all(
          thresholds.map((threshold, index) =>
            watcherOf(threshold).readAfter(after?.get(names[index] ?? '') ?? startPosition, matches),
          ),
        );
        if (hasLeft) closeReaders();
        return takeEarliest(readers);
      };

      /** Takes the earliest of the readers' next events. */
      const takeEarliest = (
        from: readonly EventReader<StaleEvent, Position>[],
      ): DeliveredStaleEvent[] | Promise<readonly DeliveredStaleEvent[]> => {
        let earliest: { reader: EventReader<StaleEvent, Position>; event: StaleEvent } | undefined;
        for (const reader of from) {
          const event = reader.peek();
          if (event === notBuffered) return reader.catchUp().then(() => takeEarliest(from));
          if (event !== undefined && (earliest === undefined || event.staleAt < earliest.event.staleAt))
            earliest = { reader, event };
        }
        if (earliest === undefined) return [];
        earliest.reader.take();
        return [deliveredEvent(earliest.event, from, names)];
      };

      return pullEvents({
        listen(wake) {
          const unlisten = thresholds.map((threshold) => watcherOf(threshold).listen(wake));
          return () => {
            for (const each of unlisten) each();
            hasLeft = true;
            closeReaders();
          };
        },
        next: () => (readers === undefined ? start() : takeEarliest(readers)),
      });
    },
    close() {
      for (const watcher of thresholdWatchers.values()) watcher.close();
      thresholdWatchers.clear();
    },
  };
}

const deliveredEvents = new WeakMap<StaleEvent, Map<string, DeliveredStaleEvent>>();

/** Returns the object that all subscribers with the same cursor share. */
function deliveredEvent(
  staleEvent: StaleEvent,
  readers: readonly EventReader<StaleEvent, Position>[],
  names: readonly string[],
): DeliveredStaleEvent {
  const [name = ''] = names;
  // With a single threshold, the cursor depends only on the event, so the name of the threshold can be the key.
  const key = readers.length === 1 ? name : cursorOf(readers, names);
  const byKey = deliveredEvents.get(staleEvent) ?? new Map<string, DeliveredStaleEvent>();
  deliveredEvents.set(staleEvent, byKey);
  const existing = byKey.get(key);
  if (existing !== undefined) return existing;
  const created = new DeliveredStaleEvent(staleEvent, cursorOf(readers, names));
  byKey.set(key, created);
  return created;
}

function cursorOf(readers: readonly EventReader<StaleEvent, Position>[], names: readonly string[]): string {
  return encodeCursor(new Map(readers.map(({ position }, index) => [names[index] ?? '', position] as const)));
}
