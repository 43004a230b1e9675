import DataLoader from 'dataloader';
import type { TaskAge } from '../domain/analytics/aging.ts';
import type { TimelineOfTask } from '../domain/analytics/task-timelines.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Reader } from '../db/database.ts';
import type { TaskSession } from '../db/generated/prisma/client.ts';
import { type SessionSummary, sessionSummaries } from '../domain/sessions/summary.ts';

/** Loads values for one request. Each loader reads the values of many tasks or sessions with one query. */
export interface Loaders {
  /** Loads the open session for a task ID. Returns null if there is none. */
  activeSession: DataLoader<number, TaskSession | null>;
  /** Loads the totals of all sessions for a task ID. */
  sessionSummary: DataLoader<number, SessionSummary>;
  /** Loads a session by its ID. Returns null if no session has this ID. */
  session: DataLoader<number, TaskSession | null>;
  /** Loads the timeline for a task ID. Returns null if the task was deleted. */
  taskTimeline: DataLoader<number, TimelineOfTask | null>;
  /** Loads the age of a task by its ID. Returns null if the task was deleted. */
  taskAge: DataLoader<number, TaskAge | null>;
}

export function createLoaders({
  read,
  analyticsWorker,
}: {
  read: Reader;
  analyticsWorker: AnalyticsWorker;
}): Loaders {
  // The loaders have no cache, because subscriptions use them for hours and cached values would become outdated.
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

/** Returns the found values in the order of the IDs, with null for missing values. */
function inOrder<Found>(
  ids: readonly number[],
  found: readonly Found[],
  idOf: (found: Found) => number,
): (Found | null)[] {
  const byId = new Map(found.map((each) => [idOf(each), each]));
  return ids.map((id) => byId.get(id) ?? null);
}
