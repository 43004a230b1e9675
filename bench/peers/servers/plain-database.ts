import { fileURLToPath } from 'node:url';
import { loadDriver } from '../../../src/db/sqlite/driver.ts';
import { stageToClaim, stageToFinish, waitingStatuses } from './plain-workflow.ts';

interface TaskState {
  id: number;
  key: string;
  status: string;
}

export interface TaskRow extends TaskState {
  title: string;
}

export interface SessionRow {
  id: number;
  task_id: number;
  agent_id: string;
  phase: string;
  claimed_from: string;
  closed_from: string | null;
  started_at: string;
  ended_at: string | null;
  outcome: string | null;
  duration_minutes: number | null;
}

interface PhaseRow {
  phase: string;
  count: number;
  sum: number;
  rejected: number;
  durations: string;
}

export interface PhaseDuration {
  phase: string;
  sessionCount: number;
  avgMinutes: number;
  medianMinutes: number;
  p90Minutes: number;
  p99Minutes: number;
  rejectionRatePct: number;
}

export type PlainDatabase = ReturnType<typeof openPlainDatabase>;

/** The transactions and reads of the product, written by hand for its database file. Every commit is on disk. */
export function openPlainDatabase(file: string) {
  // The compiled peer is in a folder of the same depth.
  const Driver = loadDriver(fileURLToPath(new URL('../../..', import.meta.url)));
  const connection = new Driver(file, { fileMustExist: true });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');

  const taskByKey = connection.prepare<[string], TaskState>(
    'SELECT id, key, status FROM tasks WHERE key = ?',
  );
  const taskById = connection.prepare<[number], TaskRow>(
    'SELECT id, key, status, title FROM tasks WHERE id = ?',
  );
  const activeSession = connection.prepare<[number], SessionRow>(
    'SELECT * FROM task_sessions WHERE task_id = ? AND ended_at IS NULL',
  );
  const moveTask = connection.prepare(
    `UPDATE tasks SET status = @to, assigned_agent = @agent, started_at = COALESCE(started_at, @now),
       completed_at = @completedAt WHERE id = @id AND status = @from`,
  );
  const addHistory = connection.prepare(
    `INSERT INTO task_history (task_id, old_status, new_status, agent, notes, timestamp)
     VALUES (@id, @from, @to, @agent, @notes, @now)`,
  );
  const openSession = connection.prepare<[object], SessionRow>(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (@id, @agent, @phase, @from, @to, @now) RETURNING *`,
  );
  const closeSession = connection.prepare<[object], SessionRow>(
    `UPDATE task_sessions SET ended_at = @now, outcome = 'completed', notes = @notes, closed_from = @from,
       closed_to = @to WHERE id = @session AND ended_at IS NULL RETURNING *`,
  );
  const nextTask = connection.prepare<[], TaskState>(
    `SELECT id, key, status FROM tasks AS task
     WHERE status IN (${waitingStatuses.map((status) => `'${status}'`).join(', ')})
       AND NOT EXISTS (SELECT 1 FROM task_sessions WHERE task_id = task.id AND ended_at IS NULL)
       AND NOT EXISTS (
         SELECT 1 FROM json_each(CASE WHEN json_valid(depends_on) THEN depends_on ELSE '[]' END) AS dependency
         JOIN tasks AS needed ON needed.key = dependency.value
         WHERE needed.status NOT IN ('completed', 'cancelled'))
     ORDER BY execution_order IS NULL, execution_order, priority,
       julianday(COALESCE(
         (SELECT timestamp FROM task_history WHERE task_id = task.id ORDER BY id DESC LIMIT 1), created_at)), id
     LIMIT 1`,
  );
  const firstTasks = connection.prepare<[number], TaskRow>(
    'SELECT id, key, status, title FROM tasks ORDER BY key LIMIT ?',
  );
  const tasksAfter = connection.prepare<[string, number], TaskRow>(
    'SELECT id, key, status, title FROM tasks WHERE key > ? ORDER BY key LIMIT ?',
  );
  const latestSessions = connection.prepare<[number, number], SessionRow>(
    'SELECT * FROM task_sessions WHERE task_id = ? ORDER BY started_at DESC, id DESC LIMIT ?',
  );
  const phases = connection.prepare<[], PhaseRow>(
    `SELECT phase, COUNT(*) AS count, SUM(duration_minutes) AS sum,
       COUNT(*) FILTER (WHERE outcome = 'rejected') AS rejected, json_group_array(duration_minutes) AS durations
     FROM task_sessions WHERE ended_at IS NOT NULL GROUP BY phase`,
  );

  const open = (task: TaskState, agent: string): SessionRow | undefined => {
    const stage = stageToClaim(task.status);
    if (stage === undefined) throw new Error(`Task ${task.key} cannot be claimed in status '${task.status}'`);
    if (activeSession.get(task.id) !== undefined) throw new Error(`Task ${task.key} is already claimed`);
    const now = databaseTime();
    const change = { id: task.id, from: task.status, to: stage.claimed, agent, now };
    moveTask.run({ ...change, completedAt: null });
    addHistory.run({ ...change, notes: null });
    return openSession.get({ ...change, phase: stage.phase });
  };
  const find = (key: string): TaskState => {
    const task = taskByKey.get(key);
    if (task === undefined) throw new Error(`There is no task ${key}`);
    return task;
  };
  const claim = connection.transaction((key: string, agent: string) => open(find(key), agent));
  const claimNext = connection.transaction((agent: string) => {
    const task = nextTask.get();
    return task === undefined ? undefined : open(task, agent);
  });
  const finish = connection.transaction((key: string, notes: string | null) => {
    const task = find(key);
    const stage = stageToFinish(task.status);
    const session = activeSession.get(task.id);
    if (stage === undefined || session === undefined)
      throw new Error(`Task ${key} cannot be finished in status '${task.status}'`);
    const now = databaseTime();
    const change = { id: task.id, from: task.status, to: stage.finished, now };
    moveTask.run({ ...change, agent: null, completedAt: stage.finished === 'completed' ? now : null });
    addHistory.run({ ...change, agent: session.agent_id, notes });
    return closeSession.get({ session: session.id, from: task.status, to: stage.finished, notes, now });
  });

  return {
    claim: (key: string, agent: string) => claim.immediate(key, agent),
    claimNext: (agent: string) => claimNext.immediate(agent),
    finish: (key: string, notes: string | null) => finish.immediate(key, notes),
    tasks: (first: number, after: string | null) =>
      after === null ? firstTasks.all(first) : tasksAfter.all(after, first),
    task: (id: number) => taskById.get(id),
    sessionsOf: (task: number, first: number) => latestSessions.all(task, first),
    activeSessionOf: (task: number) => activeSession.get(task),
    phaseDurations: () => phases.all().map(phaseDuration),
    close: () => connection.close(),
  };
}

function phaseDuration({ phase, count, sum, rejected, durations }: PhaseRow): PhaseDuration {
  const numbers: number[] = JSON.parse(durations);
  const sorted = Float64Array.from(numbers).toSorted();
  const percentile = (percent: number) => sorted[Math.ceil((percent / 100) * count) - 1] ?? Number.NaN;
  return {
    phase,
    sessionCount: count,
    avgMinutes: round(sum / count, 3),
    medianMinutes:
      count % 2 === 1 ? percentile(50) : round((percentile(50) + (sorted[count / 2] ?? 0)) / 2, 3),
    p90Minutes: percentile(90),
    p99Minutes: percentile(99),
    rejectionRatePct: round((100 * rejected) / count, 1),
  };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function databaseTime(): string {
  return new Date().toISOString().replace('Z', '+00:00');
}
