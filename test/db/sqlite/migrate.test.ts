import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Connection } from '../../../src/db/sqlite/driver.ts';
import { describe, expect, test, vi } from 'vitest';
import type { MigrationProblem } from '../../../src/db/errors.ts';
import { migrate, pendingMigrations } from '../../../src/db/sqlite/migrate.ts';
import {
  contentsOf,
  createSharkDatabase,
  migrationsFolder,
  open,
  temporaryFolder,
} from '../../support/shark-databases.ts';

const clock = { now: () => new Date('2026-01-11T10:30:00.250Z') };
const ours = [
  '20260111100000_shark_tables',
  '20260111100100_task_sessions',
  '20261122200000_heartbeats',
  '20261122200100_idempotency_keys',
  '20261124120000_analytics_indexes',
  '20261130090000_task_queue',
  '20261130220000_times_and_key_order',
  '20261201110000_idempotency_keys_of_clients',
];

describe('a new database', () => {
  test('gets every table and no backup', async () => {
    const file = join(temporaryFolder(), 'shark.db');
    const connection = open(file);

    expect(await migrate({ connection, folder: migrationsFolder, clock })).toEqual({
      applied: ours,
      backupFile: null,
    });

    expect(Object.keys(contentsOf(connection).rows)).toEqual(
      expect.arrayContaining(['epics', 'features', 'tasks', 'task_history', 'task_notes', 'task_sessions']),
    );
    expect(readdirSync(dirname(file))).toEqual(['shark.db']);
  });
});

describe.each(['oldest', 'recent'] as const)('the %s shark database', (age) => {
  test('keeps all its rows and definitions', async () => {
    const connection = open(createSharkDatabase(age));
    const before = contentsOf(connection);

    const { applied } = await migrate({ connection, folder: migrationsFolder, clock });

    expect(applied).toEqual(ours);
    expect(contentsOf(connection)).toMatchObject(before);
    expect(Object.keys(contentsOf(connection).rows)).toContain('task_sessions');
  });

  test('is backed up unchanged', async () => {
    const file = createSharkDatabase(age);
    const connection = open(file);
    const before = contentsOf(connection);

    const { backupFile } = await migrate({ connection, folder: migrationsFolder, clock });

    expect(backupFile).toBe(join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00.db'));
    expect(contentsOf(open(backupFile ?? ''))).toEqual(before);
  });

  test('still works with its own program', async () => {
    const connection = open(createSharkDatabase(age));
    await migrate({ connection, folder: migrationsFolder, clock });

    const { lastInsertRowid: task } = connection
      .prepare(`INSERT INTO tasks (feature_id, key, title, status, priority) VALUES (1, ?, 'New', 'todo', 3)`)
      .run('T-E01-F01-100');
    connection.prepare(`UPDATE tasks SET status = 'in_progress' WHERE id = ?`).run(task);
    connection
      .prepare(
        `INSERT INTO task_history (task_id, old_status, new_status, agent, forced) VALUES (?, 'todo', 'in_progress', 'ivan', 0)`,
      )
      .run(task);

    const query = `SELECT new_status FROM task_history JOIN tasks ON tasks.id = task_id AND tasks.status = new_status
                   WHERE key = 'T-E01-F01-100'`;
    expect(connection.prepare(query).pluck().all()).toEqual(['in_progress']);

    connection.prepare('DELETE FROM tasks WHERE id = ?').run(task);
    expect(connection.prepare('SELECT * FROM task_history WHERE task_id = ?').all(task)).toEqual([]);
  });
});

test('an up-to-date database is not written to', async () => {
  const file = await migratedDatabase();

  const report = await migrate({
    connection: open(file, { readonly: true }),
    folder: migrationsFolder,
    clock,
  });

  expect(report).toEqual({ applied: [], backupFile: null });
});

test('pendingMigrations changes nothing', async () => {
  const file = createSharkDatabase('recent');
  const connection = open(file, { readonly: true });

  expect(pendingMigrations({ connection, folder: migrationsFolder })).toEqual(ours);
  await migrate({ connection: open(file), folder: migrationsFolder, clock });
  expect(pendingMigrations({ connection, folder: migrationsFolder })).toEqual([]);
});

describe('the start fails', () => {
  test('when a migration was changed after it was applied', async () => {
    const connection = open(await migratedDatabase());
    connection
      .prepare(`UPDATE _prisma_migrations SET checksum = 'c0ffee' WHERE migration_name = ?`)
      .run(ours[1]);

    await expectMigrationError(connection, 'changed', [
      'Migration 20260111100100_task_sessions',
      'c0ffee',
      join(migrationsFolder, '20260111100100_task_sessions', 'migration.sql'),
      'Restore the file',
    ]);
  });

  test('when another program did not finish a migration', async () => {
    const connection = open(await migratedDatabase());
    connection
      .prepare(`UPDATE _prisma_migrations SET finished_at = NULL, id = 'broken' WHERE migration_name = ?`)
      .run(ours[1]);

    await expectMigrationError(connection, 'unfinished', [
      'Migration 20260111100100_task_sessions',
      'not finished',
      `DELETE FROM _prisma_migrations WHERE id = 'broken'`,
    ]);
  });

  test('when the database has a migration that this version does not have', async () => {
    const connection = open(await migratedDatabase());
    const entry = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'y', '2027-01-01', ?)`;
    connection.prepare(entry).run('20270101000000_from_the_future');

    await expectMigrationError(connection, 'unknown', [
      '20270101000000_from_the_future',
      'Start the newer version',
    ]);
  });

  test('when the migration files are missing', async () => {
    const connection = open(':memory:');
    const folder = join(temporaryFolder(), 'migrations');

    await expectMigrationError(connection, 'missing', [folder, 'install the server again'], folder);
    mkdirSync(join(folder, '1_empty'), { recursive: true });
    await expectMigrationError(connection, 'missing', ['1_empty', 'migration.sql does not exist'], folder);
  });

  async function expectMigrationError(
    connection: Connection,
    problem: MigrationProblem,
    inMessage: string[],
    folder = migrationsFolder,
  ) {
    const before = contentsOf(connection);
    const asked = { connection, folder, clock };

    for (const part of inMessage) {
      const expected = { name: 'MigrationError', problem, message: expect.stringContaining(part) };
      await expect(migrate(asked)).rejects.toMatchObject(expected);
      expect(() => pendingMigrations(asked)).toThrow(expect.objectContaining(expected));
    }
    expect(contentsOf(connection)).toEqual(before);
  }
});

test('a migration that is marked as rolled back is applied again', async () => {
  const folder = migrations({ '1_first': 'CREATE TABLE first (id);' });
  const connection = open(':memory:');
  await migrate({ connection, folder, clock });
  connection.exec(
    `DROP TABLE first; UPDATE _prisma_migrations SET finished_at = NULL, rolled_back_at = '2026-01-12'`,
  );

  expect(await migrate({ connection, folder, clock })).toMatchObject({ applied: ['1_first'] });
});

test('different line endings do not change the checksum', async () => {
  const connection = open(await migratedDatabase());
  const withCarriageReturns = Object.fromEntries(
    ours.map((name) => {
      const sql = readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8');
      return [name, sql.replaceAll('\n', '\r\n')];
    }),
  );

  expect(pendingMigrations({ connection, folder: migrations(withCarriageReturns) })).toEqual([]);
});

describe('a migration that fails', () => {
  const good = 'CREATE TABLE first (id);';
  const bad = 'CREATE TABLE second (id); INSERT INTO second VALUES (1); INSERT INTO nowhere VALUES (1);';

  test('changes nothing, reports the error, and succeeds when it is fixed', async () => {
    const folder = migrations({ '1_first': good, '2_second': bad });
    const connection = open(join(temporaryFolder(), 'shark.db'));

    await expect(migrate({ connection, folder, clock })).rejects.toMatchObject({
      name: 'MigrationError',
      problem: 'failed',
      message: expect.stringMatching(
        /^Migration 2_second failed: no such table: nowhere\. The migration was rolled back\./,
      ),
    });

    expect(Object.keys(contentsOf(connection).rows)).not.toContain('second');
    expect(pendingMigrations({ connection, folder })).toEqual(['2_second']);
    writeFileSync(join(folder, '2_second', 'migration.sql'), 'CREATE TABLE second (id);');
    expect(await migrate({ connection, folder, clock })).toMatchObject({ applied: ['2_second'] });
  });

  test('leaves no backup if nothing was changed, even after several attempts', async () => {
    const file = createSharkDatabase('oldest');
    const connection = open(file);
    const before = contentsOf(connection);
    const folder = migrations({ '1_first': bad });

    await expect(migrate({ connection, folder, clock })).rejects.toThrow('Migration 1_first failed');
    await expect(migrate({ connection, folder, clock })).rejects.toThrow('Migration 1_first failed');

    expect(contentsOf(connection)).toEqual(before);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('backup'))).toEqual([]);
  });

  test('names the backup if an earlier migration was applied', async () => {
    const file = createSharkDatabase('oldest');
    const backup = join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00.db');
    const folder = migrations({ '1_first': good, '2_second': bad });

    await expect(migrate({ connection: open(file), folder, clock })).rejects.toThrow(backup);

    expect(existsSync(backup)).toBe(true);
  });
});

test('rebuilding a table does not delete rows that refer to it', async () => {
  const connection = open(':memory:');
  const folder = migrations({
    '1_tables': `CREATE TABLE parents (id INTEGER PRIMARY KEY);
      CREATE TABLE children (parent_id INTEGER REFERENCES parents (id) ON DELETE CASCADE);
      INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1);`,
    '2_rebuild': `PRAGMA foreign_keys = OFF;
      CREATE TABLE new_parents (id INTEGER PRIMARY KEY, name TEXT);
      INSERT INTO new_parents (id) SELECT id FROM parents;
      DROP TABLE parents;
      ALTER TABLE new_parents RENAME TO parents;
      PRAGMA foreign_keys = ON;`,
  });

  await migrate({ connection, folder, clock });

  expect(connection.prepare('SELECT parent_id FROM children').pluck().all()).toEqual([1]);
  expect(connection.pragma('foreign_keys', { simple: true })).toBe(1);
});

describe('two servers at once', () => {
  test('a migration that the other server applied during the wait for the lock is not applied again', async () => {
    const file = join(temporaryFolder(), 'shark.db');
    const connection = open(file);
    const other = open(file);
    const exec = connection.exec.bind(connection);
    vi.spyOn(connection, 'exec').mockImplementationOnce((sql) => {
      // Without a backup, migrate() finishes synchronously.
      void migrate({ connection: other, folder: migrationsFolder, clock });
      return exec(sql);
    });

    expect(await migrate({ connection, folder: migrationsFolder, clock })).toEqual({
      applied: [],
      backupFile: null,
    });

    expect(recordedNames(connection)).toEqual(ours);
  });

  test('two processes that start at the same moment apply each migration once', async () => {
    const file = join(temporaryFolder(), 'shark.db');
    const connection = open(file);
    connection.pragma('journal_mode = WAL');
    const module = new URL('../../../src/db/sqlite/migrate.ts', import.meta.url).href;
    const driver = new URL('../../../src/db/sqlite/driver.ts', import.meta.url).href;
    const script = `
      import { openConnection } from ${JSON.stringify(driver)};
      import { migrate } from ${JSON.stringify(module)};
      const connection = openConnection(${JSON.stringify(file)});
      const clock = { now: () => new Date() };
      const report = await migrate({ connection, folder: ${JSON.stringify(migrationsFolder)}, clock });
      for (const name of report.applied) console.log(name);`;
    const nodeArguments = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const server = () => promisify(execFile)(process.execPath, nodeArguments, { cwd: import.meta.dirname });

    const outputs = await Promise.all([server(), server()]);

    const applied = outputs.flatMap(({ stdout }) => stdout.trim().split(/\s+/));
    expect(applied.filter((name) => name !== '').toSorted()).toEqual(ours);
    expect(recordedNames(connection)).toEqual(ours);
  });

  test('a locked file is not changed', async () => {
    const file = createSharkDatabase('recent');
    open(file).exec('BEGIN IMMEDIATE');
    const connection = open(file, { timeout: 0 });

    await expect(migrate({ connection, folder: migrationsFolder, clock })).rejects.toMatchObject({
      code: 'SQLITE_BUSY',
    });

    expect(pendingMigrations({ connection, folder: migrationsFolder })).toEqual(ours);
  });
});

async function migratedDatabase(): Promise<string> {
  const file = join(temporaryFolder(), 'shark.db');
  await migrate({ connection: open(file), folder: migrationsFolder, clock });
  return file;
}

/** Creates a folder with these migrations, by name. */
function migrations(sqlByName: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, sql] of Object.entries(sqlByName)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  }
  return folder;
}

function recordedNames(connection: Connection): unknown[] {
  return connection
    .prepare('SELECT migration_name FROM _prisma_migrations ORDER BY started_at')
    .pluck()
    .all();
}
