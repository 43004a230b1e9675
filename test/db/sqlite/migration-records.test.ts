import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { openPrismaEngine } from '../../support/prisma-engine.ts';
import {
  createSharkDatabase,
  migrationsFolder,
  open,
  temporaryFolder,
} from '../../support/shark-databases.ts';

const schemaFile = fileURLToPath(new URL('../../../prisma/schema.prisma', import.meta.url));
const clock = { now: () => new Date('2026-01-11T10:30:00.250Z') };
const complete = {
  editedMigrationNames: [],
  failedMigrationNames: [],
  hasMigrationsTable: true,
  history: null,
};

test('the records equal those that Prisma writes', async () => {
  const byPrisma = newFile();
  {
    await using engine = await openPrismaEngine({ file: byPrisma, migrationsFolder });
    await engine.applyMigrations();
  }

  const [expected, found] = [readMigrationRecords(byPrisma), readMigrationRecords(await migrated(newFile()))];

  expect(found.definition).toBe(expected.definition);
  expect(found.rows).toEqual(expected.rows);
  // The ids, and the times that Prisma writes, are new for each run, so only their format is compared.
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const { id } of [...expected.chosen, ...found.chosen]) expect(id).toMatch(uuid);
  // Prisma omits milliseconds that are zero.
  for (const { started_at, finished_at } of expected.chosen)
    for (const time of [started_at, finished_at])
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+00:00$/);
  const now = '2026-01-11T10:30:00.250+00:00';
  for (const record of found.chosen) expect(record).toMatchObject({ started_at: now, finished_at: now });
});

describe.each([
  ['a new database', newFile],
  ['the oldest shark database', () => createSharkDatabase('oldest')],
  ['a recent shark database', () => createSharkDatabase('recent')],
])('Prisma accepts %s', (_, create) => {
  test('with all migrations applied and none edited', async () => {
    const file = await migrated(create());

    await using engine = await openPrismaEngine({ file, migrationsFolder });

    expect(await engine.diagnoseHistory()).toEqual(complete);
    expect(await engine.applyMigrations()).toEqual([]);
  });
});

describe('Prisma reports', () => {
  test.each([
    [
      'an edited migration',
      `UPDATE _prisma_migrations SET checksum = 'x' WHERE migration_name LIKE '%task_sessions'`,
      { ...complete, editedMigrationNames: ['20260111100100_task_sessions'] },
    ],
    [
      'a missing record',
      `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%task_sessions'`,
      {
        ...complete,
        history: {
          diagnostic: 'databaseIsBehind',
          unappliedMigrationNames: ['20260111100100_task_sessions'],
        },
      },
    ],
  ])('%s', async (_, damage, report) => {
    const file = await migrated(newFile());
    open(file).exec(damage).close();

    await using engine = await openPrismaEngine({ file, migrationsFolder });

    expect(await engine.diagnoseHistory()).toEqual(report);
  });
});

describe('the schema', () => {
  // Prisma cannot read generated columns of SQLite and reports them as missing.
  const unseen = [
    '[*] Changed the `task_sessions` table',
    '[+] Added column `duration_minutes`',
    '[+] Added column `last_sign_of_life_at`',
  ];

  test('matches the migrations', async () => {
    await using engine = await openPrismaEngine({ file: await migrated(newFile()), migrationsFolder });

    expect(lines(await engine.differenceFrom(schemaFile))).toEqual(unseen);
  });

  test('does not match different migrations', async () => {
    const file = await migrated(newFile());
    open(file)
      .exec('ALTER TABLE tasks DROP COLUMN context_data; DROP INDEX idx_task_sessions_started_at;')
      .close();

    await using engine = await openPrismaEngine({ file, migrationsFolder });

    expect(lines(await engine.differenceFrom(schemaFile))).toEqual([
      ...unseen,
      '[+] Added index on columns (started_at)',
      '[*] Changed the `tasks` table',
      '[+] Added column `context_data`',
    ]);
  });

  function lines(text: string): string[] {
    return text.split('\n').flatMap((line) => line.trim() || []);
  }
});

function newFile(): string {
  return join(temporaryFolder(), 'shark.db');
}

async function migrated(file: string): Promise<string> {
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock });
  // Prisma's engine needs exclusive access to the file.
  connection.close();
  return file;
}

interface MigrationRecords {
  definition: unknown;
  /** The values and storage types of each record, without those that are new for each run. */
  rows: unknown[];
  chosen: { id: string; started_at: string; finished_at: string }[];
}

function readMigrationRecords(file: string): MigrationRecords {
  const connection = open(file);
  const entries = 'FROM _prisma_migrations ORDER BY migration_name';
  return {
    definition: connection
      .prepare(`SELECT sql FROM sqlite_schema WHERE name = '_prisma_migrations'`)
      .pluck()
      .get(),
    rows: connection
      .prepare(
        `SELECT migration_name, checksum, logs, rolled_back_at, applied_steps_count, typeof(applied_steps_count),
           typeof(id), typeof(started_at), typeof(finished_at) ${entries}`,
      )
      .all(),
    chosen: connection
      .prepare<[], MigrationRecords['chosen'][number]>(`SELECT id, started_at, finished_at ${entries}`)
      .all(),
  };
}
