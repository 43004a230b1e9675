import type { Reader } from '../db/database.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { StaleCursor } from './cursor.ts';

/** A session that has turned stale, and when it did. */
export interface Crossing {
  sessionId: number;
  startedAt: Date;
  staleAt: Date;
}

export interface CrossingsParams {
  thresholdMs: number;
  now: Date;
  /** Only what turned stale behind this place. */
  after: StaleCursor | undefined;
  /** Further conditions on the session. */
  where: Prisma.TaskSessionWhereInput;
  atMost: number;
}

/**
 * The sessions that are stale and still open, in the order in which they turned stale. A session turns stale at
 * startedAt + threshold, so the answer is a range of the index over open sessions and nothing has to be stored.
 */
export async function findCrossings(read: Reader, params: CrossingsParams): Promise<Crossing[]> {
  const { thresholdMs, now, after, where, atMost } = params;
  const sessions = await read.taskSession.findMany({
    where: {
      AND: [
        where,
        { endedAt: null, startedAt: { lte: new Date(now.getTime() - thresholdMs) } },
        // Written so that the start is a range on the index: an OR of both columns is not one.
        after === undefined
          ? {}
          : {
              startedAt: { gte: after.startedAt },
              NOT: { startedAt: after.startedAt, id: { lte: after.sessionId } },
            },
      ],
    },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    take: atMost,
    select: { id: true, startedAt: true },
  });
  return sessions.map(({ id, startedAt }) => ({
    sessionId: id,
    startedAt,
    staleAt: new Date(startedAt.getTime() + thresholdMs),
  }));
}

/** The first instant behind another one at which an open session turns stale; null when none is going to. */
export async function nextDeadline(read: Reader, thresholdMs: number, behind: Date): Promise<Date | null> {
  const next = await read.taskSession.findFirst({
    where: { endedAt: null, startedAt: { gt: new Date(behind.getTime() - thresholdMs) } },
    orderBy: { startedAt: 'asc' },
    select: { startedAt: true },
  });
  return next === null ? null : new Date(next.startedAt.getTime() + thresholdMs);
}
