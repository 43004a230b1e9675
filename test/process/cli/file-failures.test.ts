import { readdirSync } from 'node:fs';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { expect, it, onTestFinished } from 'vitest';
import { boardOn } from '../../support/board.ts';
import { openProcessShell } from '../../support/process-shell.ts';
import { failureOf } from '../../support/shark-answers.ts';
import { ways } from '../../support/shell.ts';

const key = 'T-E07-F20-001';

/** Locks the database for other programs until the end of the test. */
function lock(file: string): void {
  const holder = openConnection(file);
  onTestFinished(() => {
    holder.close();
  });
  holder.exec('BEGIN EXCLUSIVE');
}

it('commands on a locked database wait, change nothing and report the lock', async () => {
  const boards = await Promise.all(ways.map(async (way) => boardOn(await openProcessShell(way))));
  onTestFinished(async () => {
    for (const board of boards) await board[Symbol.asyncDispose]();
  });
  const [onFile, againstServer] = boards;
  if (onFile === undefined || againstServer === undefined) throw new Error('There are two ways');
  for (const board of boards) {
    board.put(key);
    lock(board.databaseFile);
  }

  // All commands wait at the same time.
  const [forPeople, forPrograms, ...others] = await Promise.all([
    onFile.type(`shark task claim ${key}`),
    onFile.type(`shark task claim ${key} --json`),
    againstServer.type(`shark task claim ${key}`),
    againstServer.type('shark task list --json'),
    onFile.type('shark task list --json'),
  ]);
  const message = 'Another program has locked the database. Nothing was changed. Try again.';

  expect(forPeople).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^Error: ${message} .+\n$`)),
  });
  expect(failureOf(forPrograms)).toMatchObject({
    exitCode: 2,
    code: 'DATABASE_BUSY',
    message: expect.stringContaining(message),
  });
  const [overServer, ...reading] = others;
  expect(overServer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  for (const read of reading) expect(read).toMatchObject({ code: 0, stderr: '' });
  for (const board of boards) expect(board.statusOf(key)).toBe('ready_for_development');
});

it('a command that cannot write its output closes the database before it exits', async () => {
  await using shell = await openProcessShell('on the file');
  await shell.shark('epic', 'create', 'Sign-in');
  await shell.shark('feature', 'create', 'Tokens', '--epic=E01');
  await shell.shark('task', 'create', 'Issue', '--feature=E01-F01', '--status=ready_for_development');
  await shell.shark('task', 'claim', 'T-E01-F01-001', '--agent=backend');

  const { code } = await shell.type('shark watch --stale=1s > /dev/full');

  expect(code).toBe(2);
  // SQLite deletes the write-ahead log when the last connection is closed.
  expect(readdirSync(shell.folder)).toEqual(['shark.db']);
});
