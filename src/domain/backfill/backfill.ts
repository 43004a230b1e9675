import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../db/sqlite/driver.ts';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { historyReader, type HistoryOfTask, type TaskRange } from './history-rows.ts';
import { type BackfillReport, createBackfillCounter } from './report.ts';
import { sessionRows } from './session-rows.ts';
import { skipWithoutTask, type RecordedSession, sessionsFromHistory } from './sessions-from-history.ts';

export interface BackFillOptions {
  connection: Connection;
  workflow: Workflow;
  /** If true, the backfill writes nothing and needs no `task_sessions` table. */
  dryRun: boolean;
  /** Starts a progress bar. `total` is the number of history rows. */
  startProgress?: ((total: number) => ProgressBar) | undefined;
  /** The number of tasks that one transaction processes. */
  batchSize?: number;
  /** Called between two transactions, so that other processes can write. */
  afterBatch?: () => Promise<unknown>;
}

/** A server retries a write every 20 ms, so it gets the lock before this delay of 25 ms ends. */
const letOthersWrite = () => delay(25);

/**
 * Reads the task history and adds an ended session for each piece of past work that has no session. If another program
 * locks the file, throws SQLITE_BUSY but keeps the sessions that it has already added.
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
    // An immediate transaction holds the write lock here, so another backfill cannot add the same sessions.
    const recorded = sessions?.recorded(tasks);
    const histories = history.read(tasks);
    for (const task of histories) addSessions(task, recorded?.get(task.taskId) ?? []);
    return histories.reduce((sum, { rows }) => sum + rows.length, 0);
  });

  const progress = startProgress?.(history.countRows());
  try {
    let tasks = history.nextTasks(Number.MIN_SAFE_INTEGER, batchSize);
    while (tasks !== undefined) {
      // Short transactions let servers write between them.
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
