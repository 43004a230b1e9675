import type { Connection } from '../src/db/sqlite/driver.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';

interface BareTask {
  id: number;
  status: string;
}

/** Claim and finish on the bare driver, with only the necessary statements. */
export function bareLifecycle(connection: Connection) {
  const findTask = connection.prepare<[string], BareTask>('SELECT id, status FROM tasks WHERE key = ?');
  const findActive = connection.prepare<[number], { id: number }>(
    'SELECT id FROM task_sessions WHERE task_id = ? AND ended_at IS NULL',
  );
  const moveTask = connection.prepare(
    'UPDATE tasks SET status = ?, assigned_agent = ? WHERE id = ? AND status = ?',
  );
  const writeHistory = connection.prepare(
    'INSERT INTO task_history (task_id, old_status, new_status, agent, timestamp) VALUES (?, ?, ?, ?, ?)',
  );
  const openSession = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (?, 'bench', 'development', 'ready_for_development', 'in_development', ?) RETURNING *`,
  );
  const closeSession = connection.prepare(
    `UPDATE task_sessions SET ended_at = ?, outcome = 'completed', closed_from = 'in_development',
       closed_to = 'ready_for_code_review' WHERE id = ? AND ended_at IS NULL RETURNING *`,
  );

  const move = (key: string, to: string, agent: string | null, now: string): BareTask => {
    const task = findTask.get(key);
    if (task === undefined) throw new Error(`There is no task ${key}`);
    moveTask.run(to, agent, task.id, task.status);
    writeHistory.run(task.id, task.status, to, 'bench', now);
    return task;
  };
  const claim = connection.transaction((key: string) => {
    const now = databaseTime(Date.now());
    const { id } = move(key, 'in_development', 'bench', now);
    findActive.get(id);
    openSession.get(id, now);
  });
  const finish = connection.transaction((key: string) => {
    const now = databaseTime(Date.now());
    const { id } = move(key, 'ready_for_code_review', null, now);
    closeSession.get(now, findActive.get(id)?.id);
  });
  return { claim: (key: string) => claim.immediate(key), finish: (key: string) => finish.immediate(key) };
}
