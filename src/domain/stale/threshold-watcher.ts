import type { Clock } from '../../shared/clock.ts';
import type { Database } from '../../db/database.ts';
import { createEventBuffer, type EventReader, type Log, type EventBuffer } from '../events/event-buffer.ts';
import { type DeadlineTimer, createDeadlineTimer } from './deadline-timer.ts';
import { type ClockJumps, correctionMs } from './clock-jumps.ts';
import {
  type StaleEvent,
  lastStalePosition,
  findStaleAfter,
  positionOf,
  type SessionFacts,
} from './stale-events.ts';
import { comparePositions, type Position } from './cursor.ts';
import type { Threshold } from './thresholds.ts';

/** A line that somebody watches. */
export interface ThresholdWatcher {
  listen(wake: () => void): () => void;
  readAfter(
    after: Position,
    matches: (session: SessionFacts) => boolean,
  ): Promise<EventReader<StaleEvent, Position>>;
  close(): void;
}

export interface ThresholdWatcherOptions {
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
export function createThresholdWatcher(
  threshold: Threshold,
  { database, clock, jumps, onError, onIdle }: ThresholdWatcherOptions,
): ThresholdWatcher {
  const { thresholdMs } = threshold;
  const listeners = new Set<() => void>();
  let opening: Promise<EventBuffer<StaleEvent, Position>> | undefined;
  let deadlineTimer: DeadlineTimer | undefined;
  let unlistenJumps: (() => void) | undefined;

  const log: Log<StaleEvent, Position> = {
    read: async (after: Position, atMost: number) =>
      (await findStaleAfter(database.read, threshold, { after, now: clock.now(), atMost })).events,
    positionOf,
    compare: comparePositions,
  };

  /** Sessions behind this place have not crossed the line yet, by the clock as it is now. */
  const latestStalePosition = (): Position => ({
    sinceMs: clock.now().getTime() - thresholdMs,
    sessionId: Number.MAX_SAFE_INTEGER,
  });

  const open = (): Promise<EventBuffer<StaleEvent, Position>> => {
    opening ??= lastStalePosition(database.read, threshold, clock.now()).then((end) =>
      createEventBuffer(log, end, clock),
    );
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
    const buffer = await open();
    let found = 0;
    try {
      for (let atMost = firstBatch; ; atMost = batchSize) {
        const now = clock.now();
        const { events, nextDeadline } = await findStaleAfter(database.read, threshold, {
          after: buffer.end,
          now,
          atMost,
        });
        found += events.length;
        if (events.length > 0) {
          buffer.append(events);
          wakeAll();
        }
        if (events.length === atMost) continue;
        const soonest = new Date(now.getTime() + togetherMs);
        return found > 0 && nextDeadline !== null && nextDeadline < soonest ? soonest : nextDeadline;
      }
    } catch (error) {
      buffer.invalidate();
      wakeAll();
      throw error;
    }
  };

  const onJump = async (byMs: number) => {
    // What happened in the time that happens again is told again: a claim made in it would else stand before the
    // places that were reached, and be told to nobody.
    if (byMs > 0) return;
    (await open()).rewind(latestStalePosition());
    wakeAll();
    deadlineTimer?.look();
  };

  const stop = () => {
    deadlineTimer?.stop();
    unlistenJumps?.();
    opening = undefined;
    deadlineTimer = undefined;
  };

  return {
    listen(wake) {
      // A wrapper of its own for each call: the same function may listen twice.
      const listener = () => wake();
      listeners.add(listener);
      if (deadlineTimer === undefined) {
        deadlineTimer = createDeadlineTimer({
          clock,
          jumps,
          commits: database.commits,
          thresholdMs,
          look,
          onError,
        });
        unlistenJumps = jumps.listen((byMs) => void onJump(byMs).catch(onError));
        deadlineTimer.start();
      }
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        stop();
        onIdle();
      };
    },
    async readAfter(after, matches) {
      const buffer = await open();
      const limit = latestStalePosition();
      const isAhead = after.sinceMs > limit.sinceMs + correctionMs;
      return buffer.readAfter(isAhead ? limit : after, ({ session }) => matches(session));
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}
