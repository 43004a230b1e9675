import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import type { QueryContext } from '../../src/domain/analytics/query-context.ts';
import { workflowTables } from '../../src/domain/analytics/workflow-tables.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { openSnapshots } from '../../src/db/sqlite/open-snapshots.ts';
import { inspectTables } from '../../src/db/sqlite/inspect-tables.ts';
import { defaultWorkflowFile } from '../../src/domain/workflow/default-workflow.ts';
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts';
import type { Workflow } from '../../src/domain/workflow/workflow.ts';
import { manualClock } from './manual-clock.ts';
import { migrationsFolder, open, temporaryFolder } from './shark-databases.ts';

/** A task and its history, as written to the database. */
export interface WrittenTask {
  createdAt: string;
  status: string;
  moves: readonly WrittenMove[];
}

export interface WrittenMove {
  from: string | null;
  to: string;
  at: string;
}

export interface WrittenSession {
  phase: string;
  minutes: number;
}

export interface Written {
  tasks: readonly WrittenTask[];
  sessions: readonly WrittenSession[];
}

export const workflow: Workflow = builtIn();

function builtIn(): Workflow {
  const parsed = parseWorkflow(defaultWorkflowFile);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.workflow;
}

/** An hour of the first days of 2026. There are few, so that instants coincide with each other and with ends of spans. */
export const hour = (count: number) => new Date(Date.UTC(2026, 0, 1, count));

const formats: readonly ((instant: Date) => string)[] = [
  (instant) => instant.toISOString(),
  (instant) => instant.toISOString().replace('Z', '+00:00'),
  (instant) => instant.toISOString().slice(0, 19).replace('T', ' '),
  (instant) => instant.toISOString().replace('T', ' ').replace('Z', '49352+00:00'),
  (instant) => new Date(instant.getTime() + 3_600_000).toISOString().replace('Z', '+01:00'),
  (instant) => new Date(instant.getTime() - 21_600_000).toISOString().replace('Z', '-06:00'),
  () => 'some day',
];

const times = fc
  .tuple(fc.integer({ min: 0, max: 96 }), fc.constantFrom(0, 0, 0, 1, 999), fc.constantFrom(...formats))
  .map(([count, milliseconds, format]) => format(new Date(hour(count).getTime() + milliseconds)));

/** The statuses of the workflow, and two that are not in it. */
const statuses = fc.constantFrom(...workflow.statuses.keys(), 'todo', '');

const tasks: fc.Arbitrary<WrittenTask> = fc.record({
  createdAt: times,
  status: statuses,
  moves: fc.array(fc.record({ from: fc.option(statuses), to: statuses, at: times }), { maxLength: 6 }),
});

export const written: fc.Arbitrary<Written> = fc.record({
  tasks: fc.array(tasks, { maxLength: 8 }),
  sessions: fc.array(
    fc.record({
      phase: fc.constantFrom(...workflow.phases),
      minutes: fc.constantFrom(0.5, 60, 120, 1_440, 5_000),
    }),
    { maxLength: 12 },
  ),
});

/** Consecutive spans. */
export const consecutiveSpans = fc
  .uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 8 })
  .map((counts) => counts.toSorted((one, other) => one - other).map(hour))
  .map((cuts) => cuts.slice(1).map((until, index) => ({ since: cuts[index] ?? until, until })));

export interface HistoryDatabase {
  /** Replaces all rows. The histories are interleaved, and some rows have no task. */
  write(contents: Written): void;
  ask<Answer>(now: Date, query: (context: QueryContext) => Answer): Answer;
  /** Aborts all queries from now on. */
  abort(): void;
}

/** A database for the running test, with a snapshot reader as in the analytics thread. */
export async function historyDatabase(): Promise<HistoryDatabase> {
  const file = join(temporaryFolder(), 'shark.db');
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock: manualClock() });
  connection.pragma('journal_mode = WAL');
  connection.pragma('foreign_keys = OFF');
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'One', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'One', 'active')`);
  let isAborted = false;
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(connection),
    setUp: workflowTables(workflow),
    isAborted: () => isAborted,
  });
  onTestFinished(() => snapshots.close());

  const insertTask = connection.prepare(
    `INSERT INTO tasks (id, feature_id, key, title, status, created_at) VALUES (?, 1, ?, 'Work', ?, ?)`,
  );
  const insertMove = connection.prepare(
    'INSERT INTO task_history (task_id, old_status, new_status, timestamp) VALUES (?, ?, ?, ?)',
  );
  const insertSession = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
     VALUES (99, 'ada', ?, 'ready_for_qa', 'in_qa', '2026-01-01T00:00:00.000+00:00', ?, 'completed')`,
  );
  return {
    write: connection.transaction(({ tasks: newTasks, sessions }: Written) => {
      connection.exec('DELETE FROM tasks; DELETE FROM task_history; DELETE FROM task_sessions');
      for (const [index, { status, createdAt }] of newTasks.entries())
        insertTask.run(index + 1, `T-E01-F01-${String(index + 1).padStart(3, '0')}`, status, createdAt);
      for (const round of Array(6).keys()) {
        for (const [index, { moves }] of newTasks.entries()) {
          const move = moves[round];
          if (move !== undefined) insertMove.run(index + 1, move.from, move.to, move.at);
        }
        insertMove.run(99, 'todo', 'in_qa', hour(round).toISOString());
      }
      for (const { phase, minutes } of sessions)
        insertSession.run(
          phase,
          new Date(hour(0).getTime() + minutes * 60_000).toISOString().replace('Z', '+00:00'),
        );
    }),
    abort: () => {
      isAborted = true;
    },
    ask: (now, query) => snapshots.read((snapshot) => query({ snapshot, workflow, now })),
  };
}

/*
 * Independent computations of the expected results. They share no code with the product: times are parsed from their
 * text, and the status at each instant is looked up in the rows.
 */

/** The rows with a status. */
function named({ moves }: WrittenTask): WrittenMove[] {
  return moves.filter(({ to }) => to !== '');
}

/** The status of a task before its first move. */
function firstStatusOf(task: WrittenTask): string {
  const [first] = named(task);
  return first === undefined ? task.status : first.from || first.to;
}

/** When a task was created, and the time of each of its moves; undefined if no time can be read. */
export function instantsOf(task: WrittenTask): {
  created: number | undefined;
  moved: (number | undefined)[];
} {
  const { createdAt, moves } = task;
  const made = named(task);
  const firstReadable = moves.map(({ at }) => readInstant(at)).find((at) => at !== undefined);
  const candidates = [readInstant(createdAt), firstReadable].filter((at) => at !== undefined);
  const created = candidates.length === 0 ? undefined : Math.min(...candidates);
  const upTo = (index: number) =>
    [created, ...made.slice(0, index + 1).map(({ at }) => readInstant(at))].filter((at) => at !== undefined);
  return {
    created,
    moved: made.map((_move, index) => (created === undefined ? undefined : Math.max(...upTo(index)))),
  };
}

/** The status of a task directly before an instant; undefined if it did not exist yet. */
export function statusBefore(task: WrittenTask, instant: number): string | undefined {
  const { created, moved } = instantsOf(task);
  if (created !== undefined && created >= instant) return undefined;
  const last = named(task).findLast((_move, index) => (moved[index] ?? Number.NEGATIVE_INFINITY) < instant);
  return last?.to ?? firstStatusOf(task);
}

/** The statuses of a task from its creation on, each with the time it was entered. */
export function pathOf(task: WrittenTask): { status: string; at: number | undefined }[] {
  const { created, moved } = instantsOf(task);
  return [
    { status: firstStatusOf(task), at: created },
    ...named(task).map(({ to }, index) => ({ status: to, at: moved[index] })),
  ];
}

function readInstant(text: string): number | undefined {
  const [, date, time, fraction = '', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  return Date.parse(`${date}T${time}${offset}`) + Math.round(Number(`0${fraction}`) * 1_000);
}
