import type { Clock } from '../../shared/clock.ts';
import type { Database } from '../../db/sqlite/database.ts';
import { createTail, type Follower, type Log, type Tail } from '../events/event-buffer.ts';
import { type Alarm, createAlarm } from './deadline-timer.ts';
import { type ClockJumps, correctionMs } from './clock-jumps.ts';
import { type Crossing, lastCrossed, lookBehind, placeOf, type SessionFacts } from './stale-events.ts';
import { comparePlaces, type Place } from './cursor.ts';
import type { Line } from './thresholds.ts';

/** A line that somebody watches. */
export interface WatchedLine {
  listen(wake: () => void): () => void;
  follow(behind: Place, matches: (session: SessionFacts) => boolean): Promise<Follower<Crossing, Place>>;
  close(): void;
}

export interface WatchedLineOptions {
  database: Database;
  clock: Clock;
  jumps: ClockJumps;
  onError: (error: unknown) => void;
  /** Nobody watches the line any more. */
  onIdle: () => void;
}

/** A look at a deadline finds one, as a rule, and a few where they come thick; only what was missed is more. */
const firstBatch = 8;
const batchSize = 100;

/** Crossings that come thick are told together, so that many of them do not take a look each, in milliseconds. */
const togetherMs = 3;

/** One alarm and one tail for all who watch a line; nothing at all while nobody does. */
export function createWatchedLine(
  line: Line,
  { database, clock, jumps, onError, onIdle }: WatchedLineOptions,
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
      for (let atMost = firstBatch; ; atMost = batchSize) {
        const now = clock.now();
        const { crossings, nextDeadline } = await lookBehind(database.read, line, {
          behind: tail.end,
          now,
          atMost,
        });
        found += crossings.length;
        if (crossings.length > 0) {
          tail.append(crossings);
          wakeAll();
        }
        if (crossings.length === atMost) continue;
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
