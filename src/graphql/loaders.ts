import DataLoader from 'dataloader';
import type { TaskAge } from '../analytics/aging.ts';
import type { Background } from '../background/background.ts';
import type { Reader } from '../db/database.ts';
import type { TaskSession } from '../generated/prisma/client.ts';
import { type SessionSummary, sessionSummaries } from '../sessions/summary.ts';

/** Answers that many tasks of one request ask for, each fetched for all of them at once. */
export interface Loaders {
  activeSession: DataLoader<number, TaskSession | null>;
  sessionSummary: DataLoader<number, SessionSummary>;
  /** Null for a task that is gone. */
  taskAge: DataLoader<number, TaskAge | null>;
}

export function createLoaders(read: Reader, background: Background): Loaders {
  // Subscriptions live long and ask again for what has changed, so nothing is remembered.
  const options = { cache: false };
  return {
    activeSession: new DataLoader(async (taskIds) => {
      const sessions = await read.taskSession.findMany({
        where: { taskId: { in: [...taskIds] }, endedAt: null },
      });
      const byTask = new Map(sessions.map((session) => [session.taskId, session]));
      return taskIds.map((taskId) => byTask.get(taskId) ?? null);
    }, options),
    sessionSummary: new DataLoader((taskIds) => sessionSummaries(read, taskIds), options),
    taskAge: new DataLoader(async (taskIds) => {
      const ages = await background.ask('taskAges', { taskIds: [...new Set(taskIds)] });
      const byTask = new Map(ages.map((age) => [age.taskId, age]));
      return taskIds.map((taskId) => byTask.get(taskId) ?? null);
    }, options),
  };
}
