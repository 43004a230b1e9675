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

/** The stale events of one threshold, for all its subscribers. */
export interface ThresholdWatcher {
  /** Calls `wake` when there may be new events. Returns a function that ends these calls. */
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

/**
 * The first batch of a poll is small, because most polls find one event or a few. A late poll finds more and then reads
 * larger batches.
 */
const firstBatchSize = 8;
const batchSize = 100;

/**
 * The minimum time from a poll that found events to the next poll, in milliseconds. Deadlines within this time share a
 * poll.
 */
const shortestWaitMs = 3;

/** One timer and one event buffer for all subscribers of a threshold. Without subscribers, neither of them exists. */
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

  /** A position after all events that have happened by now. */
  const positionOfNow = (): Position => ({
    sinceMs: clock.now().getTime() - thresholdMs,
    sessionId: Number.MAX_SAFE_INTEGER,
  });

  const openBuffer = (): Promise<EventBuffer<StaleEvent, Position>> => {
    openedBuffer ??= findLastPosition(database.read, threshold, clock.now()).then((end) =>
      createEventBuffer(log, end, clock),
    );
    // After an error, the next call tries to open the buffer again.
    openedBuffer.catch(() => {
      openedBuffer = undefined;
    });
    return openedBuffer;
  };

  /** Appends the events of sessions that have turned stale to the buffer, and returns the next deadline. */
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
   * When the clock was set back, events after the new time happen again and are delivered again. Without the rewind,
   * a session claimed in the repeated time would turn stale before the positions of the readers and be missed.
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
      // A cursor from a server whose clock is ahead, or from before this clock was set back.
      const isAhead = after.sinceMs > now.sinceMs + correctionMs;
      return buffer.readAfter(isAhead ? now : after, ({ session }) => matches(session));
    },
    close: listeners.clear,
  };
}
