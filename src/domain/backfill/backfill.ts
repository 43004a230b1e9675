import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../db/sqlite/driver.ts';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import { outcomes } from '../../shared/outcomes.ts';
import { isQueue, isWork } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { historyReader, type HistoryOfTask, type TaskRange } from './history-rows.ts';
import { createMoveCounter, likelyNewNames, type MoveCounter } from './former-names.ts';
import { type BackfillReport, createBackfillCounter, type SuggestedName } from './report.ts';
import { sessionRows } from './session-rows.ts';
import {
  movesOf,
  skipWithoutTask,
  type RecordedSession,
  sessionsFromHistory,
} from './sessions-from-history.ts';

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
 * Reads the task history and adds an ended session for each piece of past work that has no session. Reads former names
 * of statuses as the workflow says, and looks for further former names. If another program locks the file, throws
 * SQLITE_BUSY but keeps the sessions that it has already added.
 */
export async function backFill(options: BackFillOptions): Promise<BackfillReport> {
  const moves = createMoveCounter();
  const report = await readHistory(options, moves);
  return { ...report, suggestions: await suggestNames(options, moves) };
}

/** Finds likely former names of work statuses, which add sessions, and of queues, which tell how work ended. */
async function suggestNames(
  { connection, workflow, batchSize }: BackFillOptions,
  moves: MoveCounter,
): Promise<SuggestedName[]> {
  const reportWith = async (formerNames: Workflow['formerNames']) =>
    readHistory({
      connection,
      workflow: { ...workflow, formerNames },
      dryRun: true,
      ...(batchSize === undefined ? {} : { batchSize }),
      afterBatch: async () => {},
    });
  const suggestions: SuggestedName[] = [];
  let formerNames = workflow.formerNames;
  let before: ReadHistory | undefined;
  for (const isOfKind of [isWork, isQueue])
    for (const [formerName, status] of likelyNewNames(workflow, moves, isOfKind)) {
      before ??= await reportWith(formerNames);
      const withName = new Map([...formerNames, [formerName, status] as const]);
      const after = await reportWith(withName);
      const added = after.added - before.added;
      const corrected = added > 0 ? 0 : outcomesChanged(before.outcomes, after.outcomes);
      if (added <= 0 && corrected === 0) continue;
      suggestions.push({ formerName, status, added, corrected });
      [formerNames, before] = [withName, after];
    }
  return suggestions;
}

function outcomesChanged(before: ReadHistory['outcomes'], after: ReadHistory['outcomes']): number {
  return outcomes.reduce((sum, outcome) => sum + Math.max(after[outcome] - before[outcome], 0), 0);
}

type ReadHistory = Omit<BackfillReport, 'suggestions'>;

async function readHistory(
  {
    connection,
    workflow,
    dryRun,
    startProgress,
    batchSize = 100,
    afterBatch = letOthersWrite,
  }: BackFillOptions,
  moves?: MoveCounter,
): Promise<ReadHistory> {
  const history = historyReader(connection, workflow.formerNames);
  const { hasTaskSessions } = inspectTables(connection);
  const sessions = dryRun && !hasTaskSessions ? undefined : sessionRows(connection);
  const counter = createBackfillCounter(workflow, dryRun);

  const addSessions = ({ taskId, taskExists, rows }: HistoryOfTask, recorded: readonly RecordedSession[]) => {
    counter.read(rows.length);
    if (moves !== undefined)
      for (const { from, newStatus } of movesOf(rows)) if (from !== newStatus) moves.add(from, newStatus);
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
