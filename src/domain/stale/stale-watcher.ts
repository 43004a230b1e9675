import { pullEvents } from '../events/pull.ts';
import { type Follower, isBehind } from '../events/event-buffer.ts';
import { createClockJumps } from './clock-jumps.ts';
import type { Crossing, SessionFacts } from './stale-events.ts';
import { beginning, encodeCursor, type Place, type StaleCursor } from './cursor.ts';
import { type Line, nameOfLine } from './thresholds.ts';
import { createWatchedLine, type WatchedLine, type WatchedLineOptions } from './threshold-watcher.ts';

export interface WatchParams {
  lines: readonly Line[];
  /** Where an earlier watch left off. A line that is not in there begins with everything that has crossed it already. */
  after: StaleCursor | undefined;
  /** Which sessions. */
  matches: (session: SessionFacts) => boolean;
}

/** A crossing, and the place behind it. The same event is the same object for all who watch. */
export class StaleEvent {
  readonly crossing: Crossing;
  readonly cursor: string;

  constructor(crossing: Crossing, cursor: string) {
    this.crossing = crossing;
    this.cursor = cursor;
  }
}

export interface StaleWatcher {
  /** Every open session that has crossed one of the lines, oldest first, and then each one at the moment it does. */
  watch(params: WatchParams): AsyncIterableIterator<StaleEvent>;
  /** Calls off every timer; nobody who still watches is woken any more. */
  close(): void;
}

export interface StaleWatcherOptions extends Pick<WatchedLineOptions, 'database' | 'clock' | 'onError'> {
  /** The clock was set, or the machine slept: by so many milliseconds it is ahead of where it should be. */
  onClockJump: (byMs: number) => void;
}

export function createStaleWatcher(options: StaleWatcherOptions): StaleWatcher {
  const jumps = createClockJumps(options.clock);
  jumps.listen(options.onClockJump);
  const watched = new Map<string, WatchedLine>();

  const watchedLine = (line: Line): WatchedLine => {
    const name = nameOfLine(line);
    const found = watched.get(name);
    if (found !== undefined) return found;
    const made = createWatchedLine(line, { ...options, jumps, onIdle: () => watched.delete(name) });
    watched.set(name, made);
    return made;
  };

  return {
    watch({ lines, after, matches }) {
      const names = lines.map(nameOfLine);
      let followers: Follower<Crossing, Place>[] | undefined;

      const begin = async (): Promise<readonly StaleEvent[]> => {
        followers = await Promise.all(
          lines.map((line, index) =>
            watchedLine(line).follow(after?.get(names[index] ?? '') ?? beginning, matches),
          ),
        );
        return firstOf(followers);
      };

      /** What crossed one of the lines first, of all that was not told yet. */
      const firstOf = (
        on: readonly Follower<Crossing, Place>[],
      ): StaleEvent[] | Promise<readonly StaleEvent[]> => {
        let first: { follower: Follower<Crossing, Place>; crossing: Crossing } | undefined;
        for (const follower of on) {
          const crossing = follower.peek();
          if (crossing === isBehind) return follower.catchUp().then(() => firstOf(on));
          if (crossing !== undefined && (first === undefined || crossing.staleAt < first.crossing.staleAt))
            first = { follower, crossing };
        }
        if (first === undefined) return [];
        first.follower.take();
        return [eventOf(first.crossing, on, names)];
      };

      return pullEvents({
        listen(wake) {
          const unlisten = lines.map((line) => watchedLine(line).listen(wake));
          return () => {
            for (const each of unlisten) each();
          };
        },
        next: () => (followers === undefined ? begin() : firstOf(followers)),
      });
    },
    close() {
      for (const line of watched.values()) line.close();
      watched.clear();
    },
  };
}

const events = new WeakMap<Crossing, Map<string, StaleEvent>>();

/** The event of this crossing with this cursor: one object for all who come to it from the same places. */
function eventOf(
  crossing: Crossing,
  followers: readonly Follower<Crossing, Place>[],
  names: readonly string[],
): StaleEvent {
  const [name = ''] = names;
  // On one line there is one place behind a crossing, and no need to write it down again to know it.
  const from = followers.length === 1 ? name : cursorOf(followers, names);
  const made = events.get(crossing) ?? new Map<string, StaleEvent>();
  events.set(crossing, made);
  const found = made.get(from);
  if (found !== undefined) return found;
  const event = new StaleEvent(crossing, cursorOf(followers, names));
  made.set(from, event);
  return event;
}

function cursorOf(followers: readonly Follower<Crossing, Place>[], names: readonly string[]): string {
  return encodeCursor(new Map(followers.map(({ place }, index) => [names[index] ?? '', place] as const)));
}
