import { databaseTime } from '../../src/db/sqlite/database-time.ts';
import type { TestApp } from './app.ts';
import { createTasks } from './tasks.ts';

export interface RecordedSession {
  /** The number of the task, from 1 on. */
  task?: number;
  agentId?: string;
  agentType?: string;
  phase?: string;
  /** The end time and the duration. */
  endedAt: string;
  minutes: number;
  outcome?: 'completed' | 'rejected' | 'blocked' | 'abandoned';
  closedTo?: string;
  notes?: string;
}

/** Inserts ended sessions and the tasks that they need. Returns the keys of the tasks. */
export async function recordSessions(app: TestApp, sessions: readonly RecordedSession[]): Promise<string[]> {
  const tasks = Math.max(...sessions.map(({ task = 1 }) => task));
  const [first = ''] = await createTasks(app, ['draft']);
  const prefix = first.slice(0, -3);
  const keys = Array.from({ length: tasks }, (_, index) => `${prefix}${String(index + 1).padStart(3, '0')}`);
  for (const key of keys.slice(1))
    app.change(`INSERT INTO tasks (feature_id, key, title, status)
      SELECT feature_id, '${key}', 'Task', 'draft' FROM tasks WHERE key = '${first}'`);
  const text = (value: string | undefined) =>
    value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
  const time = (instant: Date) => text(databaseTime(instant));
  const rows = sessions.map((session) => {
    const { task = 1, agentId = 'ada', phase = 'development', outcome = 'completed' } = session;
    const endedAt = new Date(session.endedAt);
    const startedAt = new Date(endedAt.getTime() - session.minutes * 60_000);
    return `((SELECT id FROM tasks WHERE key = ${text(keys[task - 1])}), ${text(agentId)}, ${text(session.agentType)},
      ${text(phase)}, 'ready_for_development', 'in_development', ${text(session.closedTo)},
      ${time(startedAt)}, ${time(endedAt)}, ${text(outcome)}, ${text(session.notes)})`;
  });
  app.change(`INSERT INTO task_sessions
    (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, closed_to, started_at, ended_at, outcome, notes)
    VALUES ${rows.join(', ')}`);
  return keys;
}
