import type { Connection } from '../../db/sqlite/driver.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import type { TaskRange } from './history-rows.ts';
import type { PastSession, RecordedSession } from './sessions-from-history.ts';

export interface SessionRows {
  /** Returns the recorded sessions of a range of tasks, by task id. */
  recorded(range: TaskRange): ReadonlyMap<number, readonly RecordedSession[]>;
  add(taskId: number, session: PastSession): void;
}

/** Reads and adds rows of `task_sessions`. Added sessions have already ended, so subscribers get no events for them. */
export function sessionRows(connection: Connection): SessionRows {
  const sessions = connection.prepare<
    [TaskRange],
    { taskId: number; claimedTo: string; startedAt: string; endedAt: string | null }
  >(
    `SELECT task_id AS taskId, claimed_to AS claimedTo, started_at AS startedAt, ended_at AS endedAt
     FROM task_sessions
     WHERE task_id > @after AND task_id <= @upTo`,
  );
  const insert = connection.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO task_sessions
       (task_id, agent_id, phase, claimed_from, claimed_to, closed_from, closed_to, started_at, ended_at, outcome, notes)
     VALUES
       (@taskId, @agentId, @phase, @claimedFrom, @claimedTo, @claimedTo, @closedTo, @startedAt, @endedAt, @outcome, @notes)`,
  );

  return {
    recorded(range) {
      const byTask = new Map<number, RecordedSession[]>();
      for (const { taskId, claimedTo, startedAt, endedAt } of sessions.iterate(range)) {
        const ofTask = byTask.get(taskId) ?? [];
        byTask.set(taskId, ofTask);
        ofTask.push({
          claimedTo,
          startedAtMs: Date.parse(startedAt),
          endedAtMs: endedAt === null ? null : Date.parse(endedAt),
        });
      }
      return byTask;
    },
    add(taskId, { startedAtMs, endedAtMs, ...session }) {
      insert.run({
        ...session,
        taskId,
        startedAt: databaseTime(startedAtMs),
        endedAt: databaseTime(endedAtMs),
      });
    },
  };
}
