import { createDatabase, fillTasks } from '../../../bench/databases.ts';
import { databaseTime } from '../../../src/db/sqlite/database-time.ts';

const tasks = 5_000;
const endedSessions = 600;

/** JSON writes this control character as an escape of six bytes. */
const longText = '\u0001'.repeat(9_999);

/** The threshold for which the observers subscribe. */
const staleAfterMs = 3_600_000;

/** Open sessions become stale from the first task on, one after the other. */
const firstOpenTask = 1_001;
const openSessions = 3_000;
const staleEveryMs = 100;

/** The time until the first session becomes stale, in which the server starts. */
const untilFirstStaleMs = 1_000;

/**
 * Fills a new database: 5,000 tasks, of which 600 have an ended session and 500 have notes, all with long texts.
 * 3,000 open sessions become stale while the test runs, every 100 ms one. Returns the times at which they become stale,
 * in milliseconds since the epoch.
 */
export async function createAttackedDatabase(file: string): Promise<number[]> {
  const connection = await createDatabase(file);
  // A test does not need to survive a power failure.
  connection.pragma('synchronous = OFF');
  fillTasks(connection, tasks);
  const now = Date.now();
  const insertEnded = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, closed_from, closed_to, started_at,
      ended_at, outcome, notes)
     VALUES (?, 'ada', 'development', 'ready_for_development', 'in_development', 'in_development',
      'ready_for_code_review', ?, ?, 'completed', ?)`,
  );
  const insertNote = connection.prepare(
    `INSERT INTO task_notes (task_id, note_type, content, created_at) VALUES (?, 'comment', ?, ?)`,
  );
  const insertHistory = connection.prepare(
    `INSERT INTO task_history (task_id, old_status, new_status, notes, timestamp)
     VALUES (?, 'ready_for_development', 'ready_for_development', ?, ?)`,
  );
  const insertOpen = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (?, 'bob', 'development', 'ready_for_development', 'in_development', ?)`,
  );
  const moveTask = connection.prepare(`UPDATE tasks SET status = 'in_development' WHERE id = ?`);
  const staleTimes = Array.from(
    { length: openSessions },
    (_, index) => now + untilFirstStaleMs + index * staleEveryMs,
  );
  connection.transaction(() => {
    for (let task = 1; task <= endedSessions; task += 1) {
      const startedAt = now - 30 * 60_000 + task;
      insertEnded.run(task, databaseTime(startedAt), databaseTime(startedAt + 60_000), longText);
    }
    for (let task = 1; task <= 500; task += 1) {
      insertNote.run(task, longText, databaseTime(now));
      insertHistory.run(task, longText, databaseTime(now));
    }
    for (const [index, staleAt] of staleTimes.entries()) {
      moveTask.run(firstOpenTask + index);
      insertOpen.run(firstOpenTask + index, databaseTime(staleAt - staleAfterMs));
    }
  })();
  connection.close();
  return staleTimes;
}
