import { pullEvents } from '../events/pull.ts';
import { type EventReader, notBuffered } from '../events/event-buffer.ts';
import { createClockJumps } from './clock-jumps.ts';
import type { StaleEvent, SessionFacts } from './stale-events.ts';
import { startPosition, encodeCursor, type Position, type StaleCursor } from './cursor.ts';
import { type Threshold, nameOfThreshold } from './thresholds.ts';
import {
  createThresholdWatcher,
  type ThresholdWatcher,
  type ThresholdWatcherOptions,
} from './threshold-watcher.ts';

export interface WatchParams {
  thresholds: readonly Threshold[];
  /** Where an earlier watch left off. A line that is not in there begins with everything that has crossed it already. */
  after: StaleCursor | undefined;
  /** Which sessions. */
  matches: (session: SessionFacts) => boolean;
}

/** A crossing, and the place behind it. The same event is the same object for all who watch. */
export class DeliveredStaleEvent {
  readonly event: StaleEvent;
  readonly cursor: string;

  constructor(event: StaleEvent, cursor: string) {
    this.event = event;
    this.cursor = cursor;
  }
}

export interface StaleWatcher {
  /** Every open session that has crossed one of the lines, oldest first, and then each one at the moment it does. */
  watch(params: WatchParams): AsyncIterableIterator<DeliveredStaleEvent>;
  /** Calls off every timer; nobody who still watches is woken any more. */
  close(): void;
}

export interface StaleWatcherOptions extends Pick<ThresholdWatcherOptions, 'database' | 'clock' | 'onError'> {
  /** The clock was set, or the machine slept: by so many milliseconds it is ahead of where it should be. */
  onClockJump: (byMs: number) => void;
}

export function createStaleWatcher(options: StaleWatcherOptions): StaleWatcher {
  const jumps = createClockJumps(options.clock);
  jumps.listen(options.onClockJump);
  const watched = new Map<string, ThresholdWatcher>();

  const thresholdWatcher = (threshold: Threshold): ThresholdWatcher => {
    const name = nameOfThreshold(threshold);
    const found = watched.get(name);
    if (found !== undefined) return found;
    const made = createThresholdWatcher(threshold, { ...options, jumps, onIdle: () => watched.delete(name) });
    watched.set(name, made);
    return made;
  };

  return {
    watch({ thresholds, after, matches }) {
      const names = thresholds.map(nameOfThreshold);
      let readers: EventReader<StaleEvent, Position>[] | undefined;

      const begin = async (): Promise<readonly DeliveredStaleEvent[]> => {
        readers = await Promise.all(
          thresholds.map((threshold, index) =>
            thresholdWatcher(threshold).readAfter(after?.get(names[index] ?? '') ?? startPosition, matches),
          ),
        );
        return firstOf(readers);
      };

      /** What crossed one of the lines first, of all that was not told yet. */
      const firstOf = (
        on: readonly EventReader<StaleEvent, Position>[],
      ): DeliveredStaleEvent[] | Promise<readonly DeliveredStaleEvent[]> => {
        let first: { reader: EventReader<StaleEvent, Position>; event: StaleEvent } | undefined;
        for (const reader of on) {
          const event = reader.peek();
          if (event === notBuffered) return reader.catchUp().then(() => firstOf(on));
          if (event !== undefined && (first === undefined || event.staleAt < first.event.staleAt))
            first = { reader, event };
        }
        if (first === undefined) return [];
        first.reader.take();
        return [deliveredEvent(first.event, on, names)];
      };

      return pullEvents({
        listen(wake) {
          const unlisten = thresholds.map((threshold) => thresholdWatcher(threshold).listen(wake));
          return () => {
            for (const each of unlisten) each();
          };
        },
        next: () => (readers === undefined ? begin() : firstOf(readers)),
      });
    },
    close() {
      for (const threshold of watched.values()) threshold.close();
      watched.clear();
    },
  };
}

const deliveredEvents = new WeakMap<StaleEvent, Map<string, DeliveredStaleEvent>>();

/** The event of this crossing with this cursor: one object for all who come to it from the same places. */
function deliveredEvent(
  staleEvent: StaleEvent,
  readers: readonly EventReader<StaleEvent, Position>[],
  names: readonly string[],
): DeliveredStaleEvent {
  const [name = ''] = names;
  // On one line there is one place behind a crossing, and no need to write it down again to know it.
  const from = readers.length === 1 ? name : cursorOf(readers, names);
  const made = deliveredEvents.get(staleEvent) ?? new Map<string, DeliveredStaleEvent>();
  deliveredEvents.set(staleEvent, made);
  const found = made.get(from);
  if (found !== undefined) return found;
  const event = new DeliveredStaleEvent(staleEvent, cursorOf(readers, names));
  made.set(from, event);
  return event;
}

function cursorOf(readers: readonly EventReader<StaleEvent, Position>[], names: readonly string[]): string {
  return encodeCursor(new Map(readers.map(({ position }, index) => [names[index] ?? '', position] as const)));
}
