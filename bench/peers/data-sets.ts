import { execFileSync } from 'node:child_process';
import { constants, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, openConnection } from '../../src/db/sqlite/driver.ts';
import { taskKey } from './load/job.ts';

/**
 * Databases with the same seeded work: `claimable` has further tasks to claim by key, and in the others exactly so many
 * tasks wait.
 */
export const dataSets = { claimable: 20_000, waiting3000: 3_000, waiting10000: 10_000 } as const;
export type DataSet = keyof typeof dataSets;

export interface DataSizes {
  sessions: number;
  sets: readonly DataSet[];
}

/** Creates the databases in `folder` with the seed program of this checkout. Returns their files. */
export function createDataSets(
  checkout: string,
  folder: string,
  { sessions, sets }: DataSizes,
): Map<DataSet, string> {
  const seeded = join(folder, 'seeded.db');
  execFileSync(process.execPath, ['--import', 'tsx', 'seed/main.ts', '--sessions', String(sessions)], {
    cwd: checkout,
    env: { ...process.env, DATABASE_URL: `file:${seeded}` },
    stdio: 'pipe',
  });
  return new Map(
    sets.map((set) => {
      const file = join(folder, `${set}.db`);
      copyDatabase(seeded, file);
      addTasks(file, set);
      return [set, file];
    }),
  );
}

/** Copies a database that is not open. */
export function copyDatabase(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function addTasks(file: string, set: DataSet): void {
  const connection = openConnection(file);
  connection.transaction(() => {
    if (set !== 'claimable')
      connection.exec(`UPDATE tasks SET status = 'cancelled' WHERE status LIKE 'ready_%'`);
    addWaitingTasks(connection, dataSets[set]);
  })();
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.close();
}

/** Adds tasks in the first queue. A task can be claimed five times until it is completed. */
function addWaitingTasks(connection: Connection, count: number): void {
  const now = new Date().toISOString().replace('Z', '+00:00');
  const { lastInsertRowid: epic } = connection
    .prepare(
      `INSERT INTO epics (key, title, status, priority) VALUES ('E90', 'Measured', 'active', 'medium')`,
    )
    .run();
  const { lastInsertRowid: feature } = connection
    .prepare(`INSERT INTO features (epic_id, key, title, status) VALUES (?, 'E90-F01', 'Measured', 'active')`)
    .run(epic);
  const addTask = connection.prepare(
    `INSERT INTO tasks (feature_id, key, title, status, created_at)
     VALUES (?, ?, 'A piece of work', 'ready_for_refinement', ?)`,
  );
  const addHistory = connection.prepare(
    `INSERT INTO task_history (task_id, new_status, timestamp) VALUES (?, 'ready_for_refinement', ?)`,
  );
  for (let index = 0; index < count; index += 1) {
    const { lastInsertRowid: task } = addTask.run(feature, taskKey(index), now);
    addHistory.run(task, now);
  }
}
