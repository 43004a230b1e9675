import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import { DatabaseError } from '../../../src/db/errors.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { sqliteAdapter } from '../../../src/db/sqlite/sqlite-adapter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { migrationsFolder, open, temporaryFolder } from '../../support/shark-databases.ts';

test('a write to a locked file fails after the timeout, and succeeds when the file is unlocked', async () => {
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

  await expect(createEpic()).rejects.toEqual(new DatabaseError('DATABASE_BUSY'));
  // Reads do not wait for the writer.
  expect(await database.read.epic.count()).toBe(0);

  other.exec('COMMIT');
  await createEpic();
  expect(await database.read.epic.count()).toBe(1);
  await database.close();
});

describe('a file with an exclusive lock, as during the last close', () => {
  const held = () => {
    const file = join(temporaryFolder(), 'shark.db');
    const holder = open(file);
    holder.pragma('journal_mode = WAL');
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec('CREATE TABLE board (task TEXT)');
    const writer = (busyTimeoutMs: number) =>
      sqliteAdapter({
        file,
        readonly: false,
        setUp: 'SELECT 1 FROM sqlite_schema;',
        busyTimeoutMs,
        checkFileIdentity: () => {},
      }).connect();
    return { holder, writer };
  };

  test('is opened after the lock is released', async () => {
    const { holder, writer } = held();
    const opening = writer(5_000);
    setTimeout(() => holder.close(), 60);
    const connection = await opening;
    expect(await connection.queryRaw({ sql: 'SELECT * FROM board', args: [], argTypes: [] })).toMatchObject({
      rows: [],
    });
    await connection.dispose();
  });

  test('causes an error after the timeout', async () => {
    const { holder, writer } = held();
    await expect(writer(60)).rejects.toEqual(new DatabaseError('DATABASE_BUSY'));
    holder.close();
  });
});
