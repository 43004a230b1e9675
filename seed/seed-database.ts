import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Connection } from '../src/db/sqlite/driver.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import { planBacklog } from './backlog.ts';
import { mergeByTime } from './merge-by-time.ts';
import { dropIndexesAndTriggers } from './indexes-and-triggers.ts';
import { SeedError } from './errors.ts';
import { type Plan, startPlan } from './plan.ts';
import { randomStream } from './random.ts';
import { prepareRows, type Rows } from './rows.ts';
import type { TaskEvent } from './task-events.ts';
import type { SimulatedTask, SimulationSettings } from './task-simulation.ts';
import { assembleTeam } from './team.ts';
import { dayMs } from './time.ts';

export interface SeedOptions {
  /** The exact number of sessions to create. */
  sessions: number;
  /** The same seed, end and workflow create the same rows. */
  seed: number;
  /** The end of the simulated period. Sessions that have not ended by then are active. */
  until: Date;
  workflow: Workflow;
  /** Called repeatedly with the number of sessions written since the previous call. */
  onProgress?: (sessions: number) => void;
}

export interface SeedReport {
  tasks: number;
  sessions: number;
  activeSessions: number;
  historyRows: number;
}

const filledTables = ['epics', 'features', 'tasks', 'task_history', 'task_notes', 'task_sessions'];

/**
 * Fills a migrated database with half a year of a team's work, in one transaction. Rows are written in order of time,
 * as a server would have written them.
 *
 * Throws SeedError if the database is not empty or if the workflow allows no sessions.
 */
export async function seedDatabase(
  connection: Connection,
  { sessions, seed, until, workflow, onProgress = () => {} }: SeedOptions,
): Promise<SeedReport> {
  requireEmptyDatabase(connection);
  const settings: SimulationSettings = {
    workflow,
    team: assembleTeam(workflow, randomStream(seed, 'team')),
    untilMs: until.getTime(),
  };
  const backlog = await planBacklog(settings, { seed, sessions });

  connection.exec('BEGIN IMMEDIATE');
  try {
    const derived = dropIndexesAndTriggers(connection, filledTables);
    const rows = prepareRows(connection);
    const plan = startPlan(rows, randomStream(seed, 'plan'));
    const written = await write(rows, timelinesOf(backlog.simulate(), plan), onProgress);
    // The dropped trigger would have counted the opened sessions here.
    connection.prepare('UPDATE task_session_revisions SET latest = ?').run(written.activeSessions);
    for (const sql of derived) connection.exec(sql);
    connection.exec('COMMIT');
    return { tasks: backlog.tasks, ...written };
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Throws SeedError if the database contains work. A database without tables is accepted. */
export function requireEmptyDatabase(connection: Connection): void {
  const exists = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`);
  for (const table of ['tasks', 'features', 'epics']) {
    if (exists.get(table) === undefined) continue;
    const count = connection.prepare<[], number>(`SELECT COUNT(*) FROM ${table}`).pluck().get() ?? 0;
    if (count > 0)
      throw new SeedError(
        `The database ${connection.name} already contains ${count} ${count === 1 ? table.slice(0, -1) : table}. ` +
          'Only a new database can be seeded. Set DATABASE_URL to another file.',
      );
  }
}

interface EventOfTask {
  atMs: number;
  taskId: number;
  event: TaskEvent;
}

async function write(
  rows: Rows,
  timelines: Iterable<readonly EventOfTask[]>,
  onProgress: (sessions: number) => void,
): Promise<Omit<SeedReport, 'tasks'>> {
  const written = { sessions: 0, activeSessions: 0, historyRows: 0 };
  for (const day of mergeByTime(timelines, dayMs)) {
    const before = written.sessions;
    for (const { taskId, event } of day) {
      if (event.kind === 'move') {
        rows.move(taskId, event);
        written.historyRows += 1;
      } else if (event.kind === 'note') rows.note(taskId, event);
      else {
        if (event.close === null) written.activeSessions += 1;
        rows.session(taskId, event, event.close === null ? written.activeSessions : null);
        written.sessions += 1;
      }
    }
    onProgress(written.sessions - before);
    await yieldToEventLoop();
  }
  return written;
}

/** Assigns each task to a feature, writes it, and yields its events. */
function* timelinesOf(tasks: Iterable<SimulatedTask>, plan: Plan): Generator<EventOfTask[]> {
  for (const task of tasks) {
    const taskId = plan.add(task);
    yield task.events.map((event) => ({ atMs: event.atMs, taskId, event }));
  }
}
