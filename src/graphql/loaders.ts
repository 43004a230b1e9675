import DataLoader from 'dataloader';
import type { TaskAge } from '../domain/analytics/aging.ts';
import type { TimelineOfTask } from '../domain/analytics/task-timelines.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Reader } from '../db/database.ts';
import type { TaskSession } from '../db/generated/prisma/client.ts';
import { type SessionSummary, sessionSummaries } from '../domain/sessions/summary.ts';

/** Answers that many tasks of one request ask for, each fetched for all of them at once. */
export interface Loaders {
  activeSession: DataLoader<number, TaskSession | null>;
  sessionSummary: DataLoader<number, SessionSummary>;
  /** By its own id; null when there is none. */
  session: DataLoader<number, TaskSession | null>;
  /** Null when the task has been deleted since. */
  taskTimeline: DataLoader<number, TimelineOfTask | null>;
  /** Null when the task has been deleted since. */
  taskAge: DataLoader<number, TaskAge | null>;
}

export function createLoaders({
  read,
  analyticsWorker,
}: {
  read: Reader;
  analyticsWorker: AnalyticsWorker;
}): Loaders {
  // Subscriptions live long and ask again for what has changed, so nothing is remembered.
  const options = { cache: false };
  return {
    activeSession: new DataLoader(async (taskIds) => {
      const sessions = await read.taskSession.findMany({
        where: { taskId: { in: [...taskIds] }, endedAt: null },
      });
      return inOrder(taskIds, sessions, ({ taskId }) => taskId);
    }, options),
    sessionSummary: new DataLoader((taskIds) => sessionSummaries(read, taskIds), options),
    session: new DataLoader(async (ids) => {
      const sessions = await read.taskSession.findMany({ where: { id: { in: [...new Set(ids)] } } });
      return inOrder(ids, sessions, ({ id }) => id);
    }, options),
    taskTimeline: new DataLoader(async (taskIds) => {
      const timelines = await analyticsWorker.run('taskTimelines', { taskIds: [...new Set(taskIds)] });
      return inOrder(taskIds, timelines, ({ taskId }) => taskId);
    }, options),
    taskAge: new DataLoader(async (taskIds) => {
      const ages = await analyticsWorker.run('taskAges', { taskIds: [...new Set(taskIds)] });
      return inOrder(taskIds, ages, ({ taskId }) => taskId);
    }, options),
  };
}

/** One for each id, null where none was found. */
function inOrder<Found>(
  ids: readonly number[],
  found: readonly Found[],
  idOf: (found: Found) => number,
): (Found | null)[] {
  const byId = new Map(found.map((each) => [idOf(each), each]));
  return ids.map((id) => byId.get(id) ?? null);
}
