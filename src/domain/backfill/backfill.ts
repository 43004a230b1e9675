import { setTimeout as delay } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { historyReader, type HistoryOfTask, type TaskRange } from './history-rows.ts';
import { type BackfillReport, createBackfillCounter } from './report.ts';
import { sessionRows } from './session-rows.ts';
import { skipWithoutTask, type RecordedSession, sessionsFromHistory } from './sessions-from-history.ts';

export interface BackFillOptions {
  connection: BetterSqlite3.Database;
  workflow: Workflow;
  /** If true, writes nothing. The database then does not need a `task_sessions` table. */
  dryRun: boolean;
  /** Called once with the number of history rows. */
  startProgress?: ((total: number) => ProgressBar) | undefined;
  /** The number of tasks per transaction. */
  batchSize?: number;
  /** Called after each transaction, without the write lock, so that other processes can write. */
  afterBatch?: () => Promise<unknown>;
}

/**
 * A server that waits for the write lock tries again every 20 ms. If the backfill took the lock again at once, the
 * server would never get it.
 */
const letOthersWrite = () => delay(25);

/**
 * Adds ended sessions for the work that the history of a database describes. No existing row is changed.
 *
 * Tasks are processed in short transactions that take the write lock first and then read the recorded sessions. So
 * servers can use the file during a backfill, several backfills can run at the same time, and you can repeat an
 * interrupted backfill.
 *
 * Throws the driver's SQLITE_BUSY if another program keeps the file locked. The sessions added before the error remain.
 */
export async function backFill({
  connection,
  workflow,
  dryRun,
  startProgress,
  batchSize = 100,
  afterBatch = letOthersWrite,
}: BackFillOptions): Promise<BackfillReport> {
  const history = historyReader(connection);
  const { hasTaskSessions } = inspectTables(connection);
  const sessions = dryRun && !hasTaskSessions ? undefined : sessionRows(connection);
  const counter = createBackfillCounter(workflow, dryRun);

  const addSessions = ({ taskId, taskExists, rows }: HistoryOfTask, recorded: readonly RecordedSession[]) => {
    counter.read(rows.length);
    const found = taskExists ? sessionsFromHistory(workflow, rows, recorded) : skipWithoutTask(rows);
    for (const session of found.sessions) {
      if (!dryRun) sessions?.add(taskId, session);
      counter.added(session);
    }
    for (const skip of found.skipped) counter.skipped(skip);
  };
  const processBatch = connection.transaction((tasks: TaskRange) => {
    const recorded = sessions?.recorded(tasks);
    const histories = history.read(tasks);
    for (const task of histories) addSessions(task, recorded?.get(task.taskId) ?? []);
    return histories.reduce((sum, { rows }) => sum + rows.length, 0);
  });

  const progress = startProgress?.(history.countRows());
  try {
    let tasks = history.nextTasks(Number.MIN_SAFE_INTEGER, batchSize);
    while (tasks !== undefined) {
      const rows = dryRun ? processBatch.deferred(tasks) : processBatch.immediate(tasks);
      progress?.advance(rows);
      tasks = history.nextTasks(tasks.upTo, batchSize);
      if (tasks !== undefined) await afterBatch();
    }
  } finally {
    progress?.stop();
  }
  return counter.report();
}
