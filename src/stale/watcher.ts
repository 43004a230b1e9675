import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { pullEvents } from '../streams/pull.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { type Crossing, findCrossings, nextDeadline } from './crossings.ts';
import type { StaleCursor } from './cursor.ts';

export interface WatchParams {
  /** How long a session may be open, in milliseconds. */
  thresholdMs: number;
  /** Where an earlier watch left off; left out, everything that is stale already comes first. */
  after: StaleCursor | undefined;
  where: Prisma.TaskSessionWhereInput;
}

export interface StaleWatcher {
  /** Every open session that is stale, oldest first, and then each one at the moment it turns stale. */
  watch(params: WatchParams): AsyncIterableIterator<Crossing>;
  /** Calls off every timer; nobody who still watches is woken any more. */
  close(): void;
}

const batchSize = 100;

export function createStaleWatcher({
  database,
  clock,
  onError,
}: {
  database: Database;
  clock: Clock;
  onError: (error: unknown) => void;
}): StaleWatcher {
  const alarms = new Map<number, { alarm: Alarm; listeners: number }>();

  const listen = (thresholdMs: number, wake: () => void) => {
    let entry = alarms.get(thresholdMs);
    if (entry === undefined) {
      entry = {
        alarm: createAlarm({
          clock,
          commits: database.commits,
          thresholdMs,
          nextDeadline: (behind) => nextDeadline(database.read, thresholdMs, behind),
          onError,
        }),
        listeners: 0,
      };
      alarms.set(thresholdMs, entry);
    }
    const shared = entry;
    shared.listeners += 1;
    const unlisten = shared.alarm.listen(wake);
    let listening = true;
    return () => {
      if (!listening) return;
      listening = false;
      unlisten();
      shared.listeners -= 1;
      if (shared.listeners === 0) alarms.delete(thresholdMs);
    };
  };

  return {
    watch({ thresholdMs, after, where }) {
      let cursor = after;
      return pullEvents({
        listen: (wake) => listen(thresholdMs, wake),
        next: async () => {
          const crossings = await findCrossings(database.read, {
            thresholdMs,
            now: clock.now(),
            after: cursor,
            where,
            atMost: batchSize,
          });
          const last = crossings.at(-1);
          if (last !== undefined) cursor = { startedAt: last.startedAt, sessionId: last.sessionId };
          return crossings;
        },
      });
    },
    close() {
      for (const { alarm } of alarms.values()) alarm.close();
      alarms.clear();
    },
  };
}
