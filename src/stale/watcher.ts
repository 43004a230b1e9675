import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { pullEvents } from '../streams/pull.ts';
import { createTail, type Follower, isBehind, type Log, type Tail } from '../streams/tail.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { type ClockJumps, correctionMs, createClockJumps } from './clock-jumps.ts';
import { type Crossing, lastCrossed, lookBehind, placeOf, type SessionFacts } from './crossings.ts';
import { beginning, comparePlaces, encodeCursor, type Place, type StaleCursor } from './cursor.ts';
import { type Line, nameOfLine } from './lines.ts';

export interface WatchParams {
  lines: readonly Line[];
  /** Where an earlier watch left off. A line that is not in there begins with everything that has crossed it already. */
  after: StaleCursor | undefined;
  /** Which sessions. */
  matches: (session: SessionFacts) => boolean;
}

/** A crossing, and the place behind it. The same event is the same object for all who watch. */
export interface StaleEvent {
  crossing: Crossing;
  cursor: string;
}

export interface StaleWatcher {
  /** Every open session that has crossed one of the lines, oldest first, and then each one at the moment it does. */
  watch(params: WatchParams): AsyncIterableIterator<StaleEvent>;
  /** Calls off every timer; nobody who still watches is woken any more. */
  close(): void;
}

export interface StaleWatcherOptions {
  database: Database;
  clock: Clock;
  onError: (error: unknown) => void;
  /** The clock was set, or the machine slept: by so many milliseconds it is ahead of where it should be. */
  onClockJump: (byMs: number) => void;
}

/** A line that somebody watches. */
interface WatchedLine {
  listen(wake: () => void): () => void;
  follow(behind: Place, matches: WatchParams['matches']): Promise<Follower<Crossing, Place>>;
  close(): void;
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

const events = new WeakMap<Crossing, StaleEvent[]>();

/** The event of this crossing with this cursor: one object for all, whoever comes to it from the same places. */
function eventOf(
  crossing: Crossing,
  followers: readonly Follower<Crossing, Place>[],
  names: readonly string[],
): StaleEvent {
  const made = events.get(crossing) ?? [];
  events.set(crossing, made);
  const [alone] = made;
  // On one line there is one place behind a crossing.
  if (followers.length === 1 && alone !== undefined) return alone;
  const cursor = encodeCursor(
    new Map(followers.map(({ place }, index) => [names[index] ?? '', place] as const)),
  );
  const found = made.find((event) => event.cursor === cursor) ?? { crossing, cursor };
  if (!made.includes(found)) made.push(found);
  return found;
}

const batchSize = 100;

/** Crossings that come thick are told together, so that many of them do not take a look each, in milliseconds. */
const togetherMs = 5;

/** One alarm and one tail for all who watch a line; nothing at all while nobody does. */
function createWatchedLine(
  line: Line,
  {
    database,
    clock,
    jumps,
    onError,
    onIdle,
  }: StaleWatcherOptions & { jumps: ClockJumps; onIdle: () => void },
): WatchedLine {
  const { thresholdMs } = line;
  const listeners = new Set<() => void>();
  let opening: Promise<Tail<Crossing, Place>> | undefined;
  let alarm: Alarm | undefined;
  let unlistenJumps: (() => void) | undefined;

  const log: Log<Crossing, Place> = {
    read: async (behind: Place, atMost: number) =>
      (await lookBehind(database.read, line, { behind, now: clock.now(), atMost })).crossings,
    placeOf,
    compare: comparePlaces,
  };

  /** Sessions behind this place have not crossed the line yet, by the clock as it is now. */
  const furthest = (): Place => ({
    sinceMs: clock.now().getTime() - thresholdMs,
    sessionId: Number.MAX_SAFE_INTEGER,
  });

  const open = (): Promise<Tail<Crossing, Place>> => {
    opening ??= lastCrossed(database.read, line, clock.now()).then((end) => createTail(log, end, clock));
    // Whoever comes next may have more luck.
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };

  const wakeAll = () => {
    for (const listener of [...listeners]) listener();
  };

  const look = async (): Promise<Date | null> => {
    const tail = await open();
    let found = 0;
    try {
      for (;;) {
        const now = clock.now();
        const { crossings, nextDeadline } = await lookBehind(database.read, line, {
          behind: tail.end,
          now,
          atMost: batchSize,
        });
        found += crossings.length;
        if (crossings.length > 0) {
          tail.append(crossings);
          wakeAll();
        }
        if (crossings.length === batchSize) continue;
        const soonest = new Date(now.getTime() + togetherMs);
        return found > 0 && nextDeadline !== null && nextDeadline < soonest ? soonest : nextDeadline;
      }
    } catch (error) {
      tail.distrust();
      wakeAll();
      throw error;
    }
  };

  const onJump = async (byMs: number) => {
    // What happened in the time that happens again is told again: a claim made in it would else stand before the
    // places that were reached, and be told to nobody.
    if (byMs > 0) return;
    (await open()).rewind(furthest());
    wakeAll();
    alarm?.look();
  };

  const stop = () => {
    alarm?.stop();
    unlistenJumps?.();
    opening = undefined;
    alarm = undefined;
  };

  return {
    listen(wake) {
      // A wrapper of its own for each call: the same function may listen twice.
      const listener = () => wake();
      listeners.add(listener);
      if (alarm === undefined) {
        alarm = createAlarm({ clock, jumps, commits: database.commits, thresholdMs, look, onError });
        unlistenJumps = jumps.listen((byMs) => void onJump(byMs).catch(onError));
        alarm.start();
      }
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        stop();
        onIdle();
      };
    },
    async follow(behind, matches) {
      const tail = await open();
      const limit = furthest();
      const isAhead = behind.sinceMs > limit.sinceMs + correctionMs;
      return tail.follow(isAhead ? limit : behind, ({ session }) => matches(session));
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}
