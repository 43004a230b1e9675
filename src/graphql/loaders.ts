import DataLoader from 'dataloader';
import type { TaskAge } from '../domain/analytics/aging.ts';
import type { TaskLife } from '../domain/analytics/task-timelines.ts';
import type { Background } from '../worker/analytics-worker.ts';
import type { Reader } from '../db/sqlite/database.ts';
import type { TaskSession } from '../db/generated/prisma/client.ts';
import { type SessionSummary, sessionSummaries } from '../domain/sessions/summary.ts';

/** Answers that many tasks of one request ask for, each fetched for all of them at once. */
export interface Loaders {
  activeSession: DataLoader<number, TaskSession | null>;
  sessionSummary: DataLoader<number, SessionSummary>;
  /** By its own id; null when there is none. */
  session: DataLoader<number, TaskSession | null>;
  /** Null when the task has been deleted since. */
  taskLife: DataLoader<number, TaskLife | null>;
  /** Null when the task has been deleted since. */
  taskAge: DataLoader<number, TaskAge | null>;
}

export function createLoaders({ read, background }: { read: Reader; background: Background }): Loaders {
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
    taskLife: new DataLoader(async (taskIds) => {
      const lives = await background.ask('taskLives', { taskIds: [...new Set(taskIds)] });
      return inOrder(taskIds, lives, ({ taskId }) => taskId);
    }, options),
    taskAge: new DataLoader(async (taskIds) => {
      const ages = await background.ask('taskAges', { taskIds: [...new Set(taskIds)] });
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
