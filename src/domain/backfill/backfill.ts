import { setTimeout as delay } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { historyReader, type HistoryOfTask, type TaskRange } from './history-rows.ts';
import { type BackfillReport, startCount } from './report.ts';
import { sessionRows } from './session-rows.ts';
import { ofNoTask, type RecordedSession, sessionsFromHistory } from './sessions-from-history.ts';

export interface BackFillOptions {
  connection: BetterSqlite3.Database;
  workflow: Workflow;
  /** Writes nothing. The database need not have the table of sessions then. */
  dryRun: boolean;
  /** Called with the number of history rows that there are to read. */
  startProgress?: ((total: number) => ProgressBar) | undefined;
  /** How many tasks are done in one transaction. */
  tasksAtOnce?: number;
  /** Called after each transaction, with the lock let go: the time in which others can write. */
  afterBatch?: () => Promise<unknown>;
}

/** A server that waits for the lock looks every 20 ms; whoever takes it again at once would keep it out. */
const letOthersWrite = () => delay(25);

/**
 * Turns the history of a database into sessions that have ended: whole tasks at a time, in short transactions that
 * hold the write lock from their beginning. Each of them reads anew what is there, so that servers may be at work on
 * the file, a second run may go on beside this one, and one that was broken off can be repeated. No row that is
 * there is changed.
 *
 * Throws the driver's SQLITE_BUSY if another program keeps the file locked; what was added until then stays.
 */
export async function backFill({
  connection,
  workflow,
  dryRun,
  startProgress,
  tasksAtOnce = 100,
  afterBatch = letOthersWrite,
}: BackFillOptions): Promise<BackfillReport> {
  const history = historyReader(connection);
  const { hasTaskSessions } = inspectTables(connection);
  const sessions = dryRun && !hasTaskSessions ? undefined : sessionRows(connection);
  const tally = startCount(workflow, dryRun);

  const doTask = ({ taskId, taskExists, rows }: HistoryOfTask, recorded: readonly RecordedSession[]) => {
    tally.read(rows.length);
    const found = taskExists ? sessionsFromHistory(workflow, rows, recorded) : ofNoTask(rows);
    for (const session of found.sessions) {
      if (!dryRun) sessions?.add(taskId, session);
      tally.added(session);
    }
    for (const skip of found.skipped) tally.skipped(skip);
  };
  const doTasks = connection.transaction((tasks: TaskRange) => {
    const recorded = sessions?.recorded(tasks);
    const histories = history.read(tasks);
    for (const task of histories) doTask(task, recorded?.get(task.taskId) ?? []);
    return histories.reduce((sum, { rows }) => sum + rows.length, 0);
  });

  const progress = startProgress?.(history.countRows());
  try {
    let tasks = history.nextTasks(Number.MIN_SAFE_INTEGER, tasksAtOnce);
    while (tasks !== undefined) {
      const rows = dryRun ? doTasks.deferred(tasks) : doTasks.immediate(tasks);
      progress?.advance(rows);
      tasks = history.nextTasks(tasks.upTo, tasksAtOnce);
      if (tasks !== undefined) await afterBatch();
    }
  } finally {
    progress?.stop();
  }
  return tally.report();
}
