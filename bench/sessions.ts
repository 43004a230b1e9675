import type { Connection } from '../src/db/sqlite/driver.ts';
import { dropIndexesAndTriggers } from '../seed/indexes-and-triggers.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';
import type { FilledTask } from './databases.ts';

const hourMs = 3_600_000;
const phases = ['planning', 'development', 'review', 'qa', 'approval'];
const outcomes = ['completed', 'completed', 'completed', 'completed', 'rejected', 'completed', 'abandoned'];

/**
 * Adds up to `longestPast` ended sessions per task, over half a year. One task in fifty has an active session, and one
 * in four of those sessions has been open for more than four hours.
 */
export function fillSessions(
  connection: Connection,
  tasks: readonly FilledTask[],
  { longestPast }: { longestPast: number },
): void {
  const dropped = dropIndexesAndTriggers(connection, ['task_sessions']);
  const insert = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, closed_from, closed_to,
       started_at, ended_at, outcome, opened_revision, closed_revision)
     VALUES (?, ?, 'ai-coder', ?, 'ready_for_development', 'in_development', ?, ?, ?, ?, ?, ?, ?)`,
  );
  const startWork = connection.prepare(`UPDATE tasks SET status = 'in_development' WHERE id = ?`);
  let revision =
    connection
      .prepare<[], number>(
        'SELECT MAX(IFNULL(MAX(opened_revision), 0), IFNULL(MAX(closed_revision), 0)) FROM task_sessions',
      )
      .pluck()
      .get() ?? 0;
  const nextRevision = () => {
    revision += 1;
    return revision;
  };
  const now = Date.now();

  connection.transaction(() => {
    for (const { id } of tasks) {
      const count = 1 + (id % Math.min(longestPast, phases.length));
      // Evenly distributed, and not in the order of the ids.
      const firstStart = now - 24 * hourMs * (2 + ((id * 7_919) % 180));
      for (let number = 0; number < count; number += 1) {
        const start = firstStart + number * 5 * hourMs;
        insert.run(
          id,
          `agent-${(id + number) % 40}`,
          phases[number],
          'in_development',
          'ready_for_code_review',
          databaseTime(start),
          databaseTime(start + (5 + ((id * 31 + number * 17) % 200)) * 60_000),
          outcomes[(id + number) % outcomes.length],
          nextRevision(),
          nextRevision(),
        );
      }
      if (id % 50 !== 0) continue;
      const openForMs = id % 200 === 0 ? (300 + (id % 600)) * 60_000 : (id % 180) * 60_000;
      const start = databaseTime(now - openForMs);
      insert.run(id, `agent-${id % 40}`, 'development', null, null, start, null, null, nextRevision(), null);
      startWork.run(id);
    }
    connection.prepare('UPDATE task_session_revisions SET latest = ?').run(revision);
  })();
  for (const sql of dropped) connection.exec(sql);
}
