import DataLoader from 'dataloader';
import type { TaskAge } from '../domain/analytics/aging.ts';
import type { TimelineOfTask } from '../domain/analytics/task-timelines.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Reader } from '../db/database.ts';
import type { TaskSession } from '../db/generated/prisma/client.ts';
import { type SessionSummary, sessionSummaries } from '../domain/sessions/summary.ts';

/** Loads values for many tasks or sessions of one request with one query each. */
export interface Loaders {
  /** The open session of a task, by task ID. Null if the task has no open session. */
  activeSession: DataLoader<number, TaskSession | null>;
  /** The session summary of a task, by task ID. */
  sessionSummary: DataLoader<number, SessionSummary>;
  /** A session by its ID. Null if there is no such session. */
  session: DataLoader<number, TaskSession | null>;
  /** The timeline of a task, by task ID. Null if the task has been deleted in the meantime. */
  taskTimeline: DataLoader<number, TimelineOfTask | null>;
  /** The age of a task, by task ID. Null if the task has been deleted in the meantime. */
  taskAge: DataLoader<number, TaskAge | null>;
}

export function createLoaders({
  read,
  analyticsWorker,
}: {
  read: Reader;
  analyticsWorker: AnalyticsWorker;
}): Loaders {
  // Loads in batches, without a cache: a subscription uses the same loaders for hours and must not get old values.
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

/** One value for each ID, in the order of the IDs. Null for an ID without a value. */
function inOrder<Found>(
  ids: readonly number[],
  found: readonly Found[],
  idOf: (found: Found) => number,
): (Found | null)[] {
  const byId = new Map(found.map((each) => [idOf(each), each]));
  return ids.map((id) => byId.get(id) ?? null);
}
