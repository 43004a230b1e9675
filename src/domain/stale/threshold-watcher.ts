import type { Clock } from '../../shared/clock.ts';
import type { Database } from '../../db/database.ts';
import { createEventBuffer, type EventBuffer } from '../events/event-buffer.ts';
import type { EventReader } from '../events/event-reader.ts';
import { createListeners } from '../events/shared-poll.ts';
import type { Log } from '../events/log.ts';
import type { SessionFacts } from '../sessions/filter-fields.ts';
import { createDeadlineTimer, type DeadlineTimer } from './deadline-timer.ts';
import { type ClockJumps, correctionMs } from './clock-jumps.ts';
import { type StaleEvent, findLastPosition, findStaleAfter, positionOf } from './stale-events.ts';
import { comparePositions, type Position } from './cursor.ts';
import type { Threshold } from './thresholds.ts';

/** Finds the stale events of one threshold for all its subscribers. */
export interface ThresholdWatcher {
  /**
   * Adds a listener that is called when there may be new stale events. Returns a function that removes the listener.
   */
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
  /** Called when the last subscriber has left. */
  onIdle: () => void;
}

/** The first batch of a poll is small, because most polls find only a few events. Later batches are larger. */
const firstBatchSize = 8;
const batchSize = 100;

/** The shortest wait after a poll that found events, in milliseconds, so that one poll can handle several deadlines. */
const shortestWaitMs = 3;

/**
 * Creates one timer and one event buffer for all subscribers to a threshold. They exist only while there are
 * subscribers.
 */
export function createThresholdWatcher(
  threshold: Threshold,
  { database, clock, jumps, onError, onIdle }: ThresholdWatcherOptions,
): ThresholdWatcher {
  const { thresholdMs } = threshold;
  let openedBuffer: Promise<EventBuffer<StaleEvent, Position>> | undefined;

  const log: Log<StaleEvent, Position> = {
    read: async (after, limit) =>
      (await findStaleAfter(database.read, threshold, { after, now: clock.now(), limit })).events,
    positionOf,
    compare: comparePositions,
  };

  /** Returns a position that comes after all stale events up to now. */
  const positionOfNow = (): Position => ({
    sinceMs: clock.now().getTime() - thresholdMs,
    sessionId: Number.MAX_SAFE_INTEGER,
  });

  const openBuffer = (): Promise<EventBuffer<StaleEvent, Position>> => {
    openedBuffer ??= findLastPosition(database.read, threshold, clock.now()).then((end) =>
      createEventBuffer(log, end, clock),
    );
    // If the buffer could not be opened, the next call tries again.
    openedBuffer.catch(() => {
      openedBuffer = undefined;
    });
    return openedBuffer;
  };

  /** Appends new stale events to the buffer. Returns the next deadline, or null if there is none. */
  const poll = async (): Promise<Date | null> => {
    const buffer = await openBuffer();
    let found = 0;
    try {
      for (let limit = firstBatchSize; ; limit = batchSize) {
        const now = clock.now();
        const { events, nextDeadline } = await findStaleAfter(database.read, threshold, {
          after: buffer.end,
          now,
          limit,
        });
        found += events.length;
        if (events.length > 0) {
          buffer.append(events);
          listeners.wakeAll();
        }
        if (events.length === limit) continue;
        const soonest = new Date(now.getTime() + shortestWaitMs);
        return found > 0 && nextDeadline !== null && nextDeadline < soonest ? soonest : nextDeadline;
      }
    } catch (error) {
      buffer.invalidate();
      listeners.wakeAll();
      throw error;
    }
  };

  /**
   * If the clock was set back, moves all readers back so that they do not miss new events. Readers may get some events
   * twice.
   */
  const onJump = async (byMs: number, deadlineTimer: DeadlineTimer) => {
    if (byMs > 0) return;
    (await openBuffer()).rewind(positionOfNow());
    listeners.wakeAll();
    deadlineTimer.pollNow();
  };

  const listeners = createListeners(() => {
    const { commits } = database;
    const deadlineTimer = createDeadlineTimer({ clock, jumps, commits, thresholdMs, poll, onError });
    const unlistenJumps = jumps.listen((byMs) => void onJump(byMs, deadlineTimer).catch(onError));
    deadlineTimer.start();
    return () => {
      deadlineTimer.stop();
      unlistenJumps();
      openedBuffer = undefined;
      onIdle();
    };
  });

  return {
    listen: listeners.listen,
    async readAfter(after, matches) {
      const buffer = await openBuffer();
      const now = positionOfNow();
      // A cursor can be in the future if the clock was set back, or if it comes from a server whose clock is ahead.
      const isAhead = after.sinceMs > now.sinceMs + correctionMs;
      return buffer.readAfter(isAhead ? now : after, ({ session }) => matches(session));
    },
    close: listeners.clear,
  };
}
