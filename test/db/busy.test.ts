import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { DatabaseFaultError } from '../../src/db/errors.ts';
import { migrate } from '../../src/db/migrate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { migrationsFolder, open, temporaryFolder } from '../support/shark-databases.ts';

test('a file that another program keeps locked is given up in time, and used again when it is free', async () => {
  const file = join(temporaryFolder(), 'shark.db');
  const clock = manualClock();
  const database = await openDatabase({
    file,
    clock,
    prepare: async (connection) => {
      await migrate({ connection, folder: migrationsFolder, clock });
    },
    onError: (error) => {
      throw error;
    },
    busyTimeoutMs: 60,
  });
  const createEpic = () =>
    database.write((tx) =>
      tx.epic.create({ data: { key: 'E01', title: 'x', status: 'draft', priority: 'low' } }),
    );
  const other = open(file);
  other.exec('BEGIN IMMEDIATE');

  await expect(createEpic()).rejects.toEqual(new DatabaseFaultError('DATABASE_BUSY'));
  // Whoever reads does not wait for whoever writes.
  expect(await database.read.epic.count()).toBe(0);

  other.exec('COMMIT');
  await createEpic();
  expect(await database.read.epic.count()).toBe(1);
  await database.close();
});
