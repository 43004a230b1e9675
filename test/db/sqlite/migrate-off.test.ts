import { cpSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { testApp } from '../../support/app.ts';
import {
  contentsOf,
  createSharkDatabase,
  migrationsFolder,
  open,
  temporaryFolder,
} from '../../support/shark-databases.ts';

const migrations = readdirSync(migrationsFolder).filter((name) => /^\d/.test(name));

/** A database of an earlier version of this program, with the first `count` migrations. */
async function databaseOf(version: number): Promise<string> {
  const folder = temporaryFolder();
  for (const name of [...migrations.slice(0, version), 'migration_lock.toml'])
    cpSync(join(migrationsFolder, name), join(folder, name), { recursive: true });
  const file = createSharkDatabase('recent');
  const clock = { now: () => new Date('2026-01-11T09:00:00Z') };
  await migrate({ connection: open(file), folder, clock });
  return file;
}

const withTaskSessions = migrations.findIndex((name) => name.endsWith('task_sessions')) + 1;

it.each(migrations.slice(withTaskSessions).map((name, index) => [name, withTaskSessions + index] as const))(
  'with MIGRATE=off, a database of the version before %s is rejected and not changed',
  async (first, version) => {
    const databaseFile = await databaseOf(version);
    const before = contentsOf(open(databaseFile));
    const files = readdirSync(dirname(databaseFile));
    const missing = migrations.slice(version);
    expect(missing[0]).toBe(first);

    const start = testApp({ config: { databaseFile, migrate: false } });

    await expect(start).rejects.toMatchObject({
      name: 'DatabaseOpenError',
      message: `The database ${databaseFile} was made by an earlier version of this program and needs these migrations: ${missing.join(', ')}. The setting MIGRATE=off prevents migrations. Start once with MIGRATE=on.`,
    });
    expect(contentsOf(open(databaseFile))).toEqual(before);
    expect(readdirSync(dirname(databaseFile))).toEqual(files);
  },
);

it('with MIGRATE=off, an up-to-date database is opened', async () => {
  const databaseFile = await databaseOf(migrations.length);
  await using app = await testApp({ config: { databaseFile, migrate: false } });
  expect(app.logged.filter(({ level }) => Number(level) >= 40)).toMatchObject([
    { msg: expect.stringContaining('the workflow does not contain the status of some tasks') },
  ]);
});

it('MIGRATE=on migrates a database of an earlier version', async () => {
  const databaseFile = await databaseOf(withTaskSessions);
  await using first = await testApp({ config: { databaseFile } });
  await first.stop();
  await using second = await testApp({ config: { databaseFile, migrate: false } });
  expect(second.rows('SELECT count(*) AS applied FROM _prisma_migrations')).toEqual([
    { applied: migrations.length },
  ]);
});
