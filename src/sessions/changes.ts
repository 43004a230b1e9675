import type { Database, Reader } from '../db/database.ts';
import type { Prisma, TaskSession } from '../generated/prisma/client.ts';
import { pullEvents } from '../streams/pull.ts';

export interface SessionChange {
  change: 'OPENED' | 'CLOSED';
  session: TaskSession;
}

const batchSize = 100;

/**
 * Every opening and closing of a session from now on, whichever process or operation did it. Openings and closings
 * are numbered in the order of their commits, so each reader asks for what came behind the last number it saw.
 */
export async function watchSessionChanges(
  database: Database,
  where: Prisma.TaskSessionWhereInput,
): Promise<AsyncIterableIterator<SessionChange>> {
  let revision = await latestRevision(database.read);
  return pullEvents({
    listen: (wake) => database.commits.listen(wake),
    next: async () => {
      const { changes, upTo } = await findChanges(database.read, revision, where);
      revision = upTo;
      return changes;
    },
  });
}

async function findChanges(
  read: Reader,
  after: number,
  where: Prisma.TaskSessionWhereInput,
): Promise<{ changes: SessionChange[]; upTo: number }> {
  // Both kinds are read up to the same number: a commit between the two questions would else be skipped by one.
  const latest = await latestRevision(read);
  if (latest === after) return { changes: [], upTo: after };
  const behind = { gt: after, lte: latest };
  const opened = await read.taskSession.findMany({
    where: { AND: [where, { openedRevision: behind }] },
    orderBy: { openedRevision: 'asc' },
    take: batchSize,
  });
  const closed = await read.taskSession.findMany({
    where: { AND: [where, { closedRevision: behind }] },
    orderBy: { closedRevision: 'asc' },
    take: batchSize,
  });
  const changes = [
    ...opened.map((session) => ({
      change: 'OPENED' as const,
      session,
      revision: session.openedRevision ?? 0,
    })),
    ...closed.map((session) => ({
      change: 'CLOSED' as const,
      session,
      revision: session.closedRevision ?? 0,
    })),
  ]
    .toSorted((one, other) => one.revision - other.revision)
    .slice(0, batchSize);
  // A batch that is not full holds all there is: what the filter left out is not looked through again.
  const last = changes.length < batchSize ? undefined : changes.at(-1);
  return { changes, upTo: last?.revision ?? latest };
}

async function latestRevision(read: Reader): Promise<number> {
  const revision = await read.taskSessionRevision.findFirst();
  return revision?.latest ?? 0;
}
