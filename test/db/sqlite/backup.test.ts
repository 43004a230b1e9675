import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Connection, sqliteDriver } from '../../../src/db/sqlite/driver.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { backUp, backUpTo } from '../../../src/db/sqlite/backup.ts';
import { contentsOf, createSharkDatabase, open, temporaryFolder } from '../../support/shark-databases.ts';

const at = new Date('2026-01-11T10:30:00.250Z');

test('the copy has the same rows and rowids, including orphaned rows and the search index', async () => {
  const file = createSharkDatabase('recent');
  const original = open(file);

  const copy = open(await backUp({ file, at }));

  expect(contentsOf(copy)).toEqual(contentsOf(original));
  expect(copy.prepare('SELECT rowid FROM feature_documents').pluck().all()).toEqual([7]);
  expect(copy.prepare('SELECT count(*) FROM task_history WHERE task_id = 99').pluck().get()).toBe(1);
  const found = copy.prepare(`SELECT task_key FROM task_search_fts WHERE task_search_fts MATCH 'keyboard'`);
  expect(found.pluck().all()).toEqual(['T-E01-F01-001']);
});

test('the copy includes what another program has written to the write-ahead log only', async () => {
  const file = createSharkDatabase('recent');
  const other = open(file);
  other.pragma('wal_autocheckpoint = 0');
  other.exec(`UPDATE tasks SET title = 'In the log only' WHERE id = 1`);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);

  const copy = open(await backUp({ file, at }));

  expect(copy.prepare('SELECT title FROM tasks WHERE id = 1').pluck().get()).toBe('In the log only');
});

test('the copy is a single file, named by the original and the time, with the permissions of the original', async () => {
  const file = createSharkDatabase('recent');
  chmodSync(file, 0o600);

  const copy = await backUp({ file, at });

  expect(copy).toBe(join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00.db'));
  const copies = readdirSync(dirname(file)).filter((name) => name.includes('backup'));
  expect(copies).toEqual(['shark-tasks.backup-2026-01-11T10-30-00.db']);
  expect(statSync(copy).mode).toBe(statSync(file).mode);
});

test('an existing file is never overwritten', async () => {
  const file = createSharkDatabase('recent');
  const taken = join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00.db');
  writeFileSync(taken, 'precious');

  expect(await backUp({ file, at })).toBe(join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00-2.db'));
  expect(await backUp({ file, at })).toBe(join(dirname(file), 'shark-tasks.backup-2026-01-11T10-30-00-3.db'));
  expect(readFileSync(taken, 'utf8')).toBe('precious');
});

test('a database that violates its constraints can be backed up', async () => {
  const file = createSharkDatabase('recent');
  const owner = open(file);
  owner.pragma('ignore_check_constraints = ON');
  owner.exec('UPDATE tasks SET priority = 11 WHERE id = 1');

  const copy = open(await backUp({ file, at }));

  expect(copy.prepare('SELECT priority FROM tasks WHERE id = 1').pluck().get()).toBe(11);
});

test('a failed backup throws an error with a suggestion and leaves no file', async () => {
  // The longest possible file name, so that the longer name of the backup is invalid.
  const file = join(temporaryFolder(), `${'x'.repeat(240)}.db`);
  createSharkDatabase('recent', file);

  await expect(backUp({ file, at })).rejects.toMatchObject({
    name: 'BackupError',
    message: expect.stringMatching(
      /cannot be written: its name is too long\. Nothing was changed\. .*1 MB of free space/,
    ),
  });

  expect(readdirSync(dirname(file))).toEqual([`${'x'.repeat(240)}.db`]);
});

test('a copy that differs from the original is deleted with an error', async () => {
  const file = createSharkDatabase('recent');
  const backup = vi.spyOn(sqliteDriver().prototype, 'backup');
  backup.mockResolvedValueOnce({ totalPages: 1, remainingPages: 0 });
  onTestFinished(() => backup.mockRestore());

  await expect(backUp({ file, at })).rejects.toThrow('is not correct: it has 0 pages');

  expect(readdirSync(dirname(file)).filter((name) => name.includes('backup'))).toEqual([]);
});

test('the copy has the state at the start of the backup, without later writes', async () => {
  const file = createSharkDatabase('recent');
  const other = open(file);
  const original = sqliteDriver().prototype.backup;
  const backup = vi.spyOn(sqliteDriver().prototype, 'backup');
  backup.mockImplementationOnce(function copyLate(this: Connection, to: string) {
    other.exec(`CREATE TABLE later AS SELECT hex(randomblob(100000)) AS text`);
    return original.call(this, to);
  });
  onTestFinished(() => backup.mockRestore());

  const copy = join(dirname(file), 'copy.db');
  await backUpTo(file, copy);

  const tables = (database: Connection) =>
    database.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'later'`).pluck().get();
  expect([tables(other), tables(open(copy))]).toEqual([1, 0]);
});
