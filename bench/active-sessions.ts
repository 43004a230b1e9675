import type { Connection } from '../src/db/sqlite/driver.ts';
import { dropIndexesAndTriggers } from '../seed/indexes-and-triggers.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';
import { fillTasks } from './databases.ts';

export interface ActiveSessionSizes {
  sessions: number;
  /** How many of them turn stale within the window, at even intervals. The others start much later. */
  due: number;
  windowMs: number;
  /** The title of every task. */
  title?: string;
}

export interface DueSession {
  id: number;
  startedAtMs: number;
  /** Whether its agent is `markedAgent`. */
  isMarked: boolean;
}

const hourMs = 3_600_000;
const markedEvery = 50;

/** The agent of one session in fifty, so that a filter can select a small part of all sessions. */
export const markedAgent = 'marked';

/**
 * Adds active sessions, one per task, and returns those that turn stale within the window, in that order. The first one
 * started an hour ago. The sessions outside of the window started in the last half hour.
 */
export function fillActiveSessions(
  connection: Connection,
  { sessions, due, windowMs, title = 'A piece of work' }: ActiveSessionSizes,
): DueSession[] {
  const tasks = fillTasks(connection, sessions);
  const dropped = dropIndexesAndTriggers(connection, ['task_sessions']);
  const insert = connection.prepare(
    `INSERT INTO task_sessions (id, task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at,
       opened_revision)
     VALUES (?, ?, ?, 'ai-coder', 'development', 'ready_for_development', 'in_development', ?, ?)`,
  );
  const firstStart = Date.now() - hourMs;
  const dueSessions: DueSession[] = [];
  connection.transaction(() => {
    for (const [index, task] of tasks.entries()) {
      const id = index + 1;
      const isDue = index < due;
      const isMarked = index % markedEvery === 0;
      const startedAtMs = isDue
        ? firstStart + Math.floor((index / due) * windowMs)
        : firstStart + Math.floor((1 + index / sessions) * (hourMs / 2));
      insert.run(id, task.id, isMarked ? markedAgent : `agent-${index % 40}`, databaseTime(startedAtMs), id);
      if (isDue) dueSessions.push({ id, startedAtMs, isMarked });
    }
    connection.prepare(`UPDATE tasks SET status = 'in_development', title = ?`).run(title);
    connection.prepare('UPDATE task_session_revisions SET latest = ?').run(sessions);
  })();
  for (const sql of dropped) connection.exec(sql);
  return dueSessions;
}
