import { join } from 'node:path';
import type { Connection } from '../../src/db/sqlite/driver.ts';
import type { QueryContext } from '../../src/domain/analytics/query-context.ts';
import { workflowTables } from '../../src/domain/analytics/workflow-tables.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { databaseTime } from '../../src/db/sqlite/database-time.ts';
import { openSnapshots } from '../../src/db/sqlite/open-snapshots.ts';
import { inspectTables } from '../../src/db/sqlite/inspect-tables.ts';
import { loadWorkflow } from '../../src/domain/workflow/load.ts';
import type { Workflow } from '../../src/domain/workflow/workflow.ts';
import { onTestFinished } from 'vitest';
import { manualClock } from './manual-clock.ts';
import { migrationsFolder, open, temporaryFolder } from './shark-databases.ts';

export interface SessionRow {
  task_id: number;
  agent_id: string;
  agent_type: string | null;
  phase: string;
  started_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  closed_to: string | null;
}

/** A database that can be refilled, and queried without a worker thread. */
export interface AnalyticsDatabase {
  workflow: Workflow;
  connection: Connection;
  /** Replaces all sessions. */
  fill(sessions: readonly SessionRow[]): void;
  ask<Given, Answer>(query: (context: QueryContext, given: Given) => Answer, given: Given): Answer;
}

export const now = new Date('2026-02-01T00:00:00.000Z');

/** Two epics with two features each, with three tasks each: `T-E01-F01-001` to `T-E02-F02-003`, ids 1 to 12. */
export async function openAnalyticsDatabase(): Promise<AnalyticsDatabase> {
  const file = join(temporaryFolder(), 'shark.db');
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock: manualClock() });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = OFF');
  for (const epic of [1, 2]) {
    connection.exec(
      `INSERT INTO epics (id, key, title, status, priority) VALUES (${epic}, 'E0${epic}', 'Epic', 'active', 'medium')`,
    );
    for (const feature of [1, 2]) {
      const featureId = (epic - 1) * 2 + feature;
      connection.exec(
        `INSERT INTO features (id, epic_id, key, title, status)
         VALUES (${featureId}, ${epic}, 'E0${epic}-F0${feature}', 'Feature', 'active')`,
      );
      for (const task of [1, 2, 3])
        connection.exec(
          `INSERT INTO tasks (id, feature_id, key, title, status)
           VALUES (${(featureId - 1) * 3 + task}, ${featureId}, 'T-E0${epic}-F0${feature}-00${task}', 'Task', 'draft')`,
        );
    }
  }
  const insert = connection.prepare(
    `INSERT INTO task_sessions
       (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome, closed_to)
     VALUES (?, ?, ?, ?, 'ready_for_development', 'in_development', ?, ?, ?, ?)`,
  );
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(connection),
    setUp: workflowTables(workflow),
    isAborted: () => false,
  });
  onTestFinished(() => snapshots.close());

  return {
    workflow,
    connection,
    fill: connection.transaction((sessions: readonly SessionRow[]) => {
      connection.exec('DELETE FROM task_sessions');
      for (const row of sessions)
        insert.run(
          row.task_id,
          row.agent_id,
          row.agent_type,
          row.phase,
          databaseTime(row.started_at),
          row.ended_at === null ? null : databaseTime(row.ended_at),
          row.outcome,
          row.closed_to,
        );
    }),
    ask: (query, given) => snapshots.read((snapshot) => query({ snapshot, workflow, now }, given)),
  };
}
