import type { Connection } from '../../src/db/sqlite/driver.ts';

/** The contradictions in a database, which no request and no crash may cause. Empty if there are none. */
export function databaseContradictions(database: Connection): unknown[] {
  const findings = database
    .prepare<[]>(
      `SELECT 'two open sessions of one task' AS finding, task_id FROM task_sessions
       WHERE ended_at IS NULL GROUP BY task_id HAVING COUNT(*) > 1
       UNION ALL
       SELECT 'a status without its history', task.id FROM tasks task
       WHERE task.status IS NOT (
         SELECT new_status FROM task_history WHERE task_id = task.id ORDER BY id DESC LIMIT 1)
       UNION ALL
       SELECT 'a history with a gap', task_id FROM (
         SELECT task_id, old_status, LAG(new_status) OVER (PARTITION BY task_id ORDER BY id) AS before
         FROM task_history)
       WHERE old_status IS NOT before
       UNION ALL
       SELECT 'an open session of a task that nobody works on', session.task_id
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id
       WHERE session.ended_at IS NULL
         AND (task.status <> session.claimed_to OR task.assigned_agent IS NOT session.agent_id)`,
    )
    .all();
  const [integrity] = database.prepare<[], { integrity_check: string }>('PRAGMA integrity_check').all();
  if (integrity?.integrity_check !== 'ok') findings.push(integrity);
  return [...findings, ...database.prepare<[]>('PRAGMA foreign_key_check').all()];
}
