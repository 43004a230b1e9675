import { setImmediate as otherWork } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import { planBacklog } from './backlog.ts';
import { chronology } from './chronology.ts';
import { dropDerived } from './derived-schema.ts';
import { SeedError } from './errors.ts';
import { type Plan, startPlan } from './plan.ts';
import { randomStream } from './random.ts';
import { prepareRows, type Rows } from './rows.ts';
import type { TaskEvent } from './task-events.ts';
import type { TimelineOfTask, World } from './task-life.ts';
import { assembleTeam } from './team.ts';
import { dayMs } from './time.ts';

export interface SeedOptions {
  /** How many sessions there will be, exactly. */
  sessions: number;
  /** The same seed, end and workflow make the same rows. */
  seed: number;
  /** The instant at which the story ends; what goes on then is active. */
  until: Date;
  workflow: Workflow;
  /** Called now and then with how many sessions were written since the last time. */
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
 * Fills a migrated database with the work of a team over half a year, all of it or nothing. Rows are written in the
 * order in which a server would have written them, as if it had been there all the time.
 *
 * Throws SeedError where the database is in use already, or where the workflow offers no work.
 */
export async function seedDatabase(
  connection: BetterSqlite3.Database,
  { sessions, seed, until, workflow, onProgress = () => {} }: SeedOptions,
): Promise<SeedReport> {
  refuseWhatIsInUse(connection);
  const world: World = {
    workflow,
    team: assembleTeam(workflow, randomStream(seed, 'team')),
    untilMs: until.getTime(),
  };
  const backlog = await planBacklog(world, { seed, sessions });

  connection.exec('BEGIN IMMEDIATE');
  try {
    const derived = dropDerived(connection, filledTables);
    const rows = prepareRows(connection);
    const plan = startPlan(rows, randomStream(seed, 'plan'));
    const written = await write(rows, storiesOf(backlog.timelines(), plan), onProgress);
    // What the trigger would have counted that numbers sessions as they open.
    connection.prepare('UPDATE task_session_revisions SET latest = ?').run(written.activeSessions);
    for (const sql of derived) connection.exec(sql);
    connection.exec('COMMIT');
    return { tasks: backlog.tasks, ...written };
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Throws SeedError for a database that holds work. One that has no tables yet is fine. */
export function refuseWhatIsInUse(connection: BetterSqlite3.Database): void {
  const exists = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`);
  for (const table of ['tasks', 'features', 'epics']) {
    if (exists.get(table) === undefined) continue;
    const count = connection.prepare<[], number>(`SELECT COUNT(*) FROM ${table}`).pluck().get() ?? 0;
    if (count > 0)
      throw new SeedError(
        `The database ${connection.name} already holds ${count} ${count === 1 ? table.slice(0, -1) : table}: ` +
          'seeding is for a new file. Name another one in DATABASE_URL.',
      );
  }
}

interface Happening {
  atMs: number;
  taskId: number;
  event: TaskEvent;
}

async function write(
  rows: Rows,
  stories: Iterable<readonly Happening[]>,
  onProgress: (sessions: number) => void,
): Promise<Omit<SeedReport, 'tasks'>> {
  const written = { sessions: 0, activeSessions: 0, historyRows: 0 };
  for (const day of chronology(stories, dayMs)) {
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
    await otherWork();
  }
  return written;
}

/** What happens to each task, from the moment at which it has its place in the plan. */
function* storiesOf(timelines: Iterable<TimelineOfTask>, plan: Plan): Generator<Happening[]> {
  for (const timeline of timelines) {
    const taskId = plan.add(timeline);
    yield timeline.events.map((event) => ({ atMs: event.atMs, taskId, event }));
  }
}
