import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import { DatabaseError, DatabaseOpenError } from '../../../src/db/errors.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { openWriter } from '../../../src/db/sqlite/open-writer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { migrationsFolder, open, temporaryFolder } from '../../support/shark-databases.ts';

function openWithTimeout(file: string, busyTimeoutMs: number): Promise<Database> {
  const clock = manualClock();
  return openDatabase({
    file,
    clock,
    prepare: async (connection) => {
      await migrate({ connection, folder: migrationsFolder, clock });
    },
    onError: (error) => {
      throw error;
    },
    busyTimeoutMs,
  });
}

function countEpics({ read }: Database): Promise<{ count: number }> {
  return read
    .selectFrom('epics')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
}

test('a write to a locked file fails after the timeout, and succeeds when the file is unlocked', async () => {
  const file = join(temporaryFolder(), 'shark.db');
  const database = await openWithTimeout(file, 60);
  const createEpic = () =>
    database.write((tx) =>
      tx
        .insertInto('epics')
        .values({ key: 'E01', title: 'x', status: 'draft', priority: 'low' })
        .executeTakeFirst(),
    );
  const other = open(file);
  other.exec('BEGIN IMMEDIATE');

  await expect(createEpic()).rejects.toEqual(new DatabaseError('DATABASE_BUSY'));
  // Reads do not wait for the writer.
  expect(await countEpics(database)).toEqual({ count: 0 });

  other.exec('COMMIT');
  await createEpic();
  expect(await countEpics(database)).toEqual({ count: 1 });
  await database.close();
});

describe('a file with an exclusive lock, as during the last close', () => {
  const held = () => {
    const file = join(temporaryFolder(), 'shark.db');
    const holder = open(file);
    holder.pragma('journal_mode = WAL');
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec('CREATE TABLE board (task TEXT)');
    return { file, holder };
  };

  test('is opened after the lock is released', async () => {
    const { file, holder } = held();
    const opening = openWriter(file, 5_000);
    setTimeout(() => holder.close(), 60);
    const connection = await opening;
    expect(connection.prepare('SELECT * FROM board').all()).toEqual([]);
    connection.close();
  });

  test('causes an error after the timeout', async () => {
    const { file, holder } = held();
    await expect(openWriter(file, 60)).rejects.toEqual(
      new DatabaseOpenError(
        `The database ${file} is locked by another program. Wait until that program has finished, or stop it, then start again.`,
      ),
    );
    holder.close();
  });
});
