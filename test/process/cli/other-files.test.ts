import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { runProgram } from '../../support/program.ts';

/* DATABASE_URL names a file that exists and has no tables of a board. */

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
});
afterAll(() => rmSync(base, { recursive: true }));

function workplace(create: (file: string) => void) {
  const folder = mkdtempSync(join(base, 'file-'));
  const file = join(folder, 'b.db');
  create(file);
  return {
    folder,
    file,
    run: (...args: string[]) =>
      runProgram(args, { folder, settings: { DATABASE_URL: 'file:./b.db', PORT: '0' } }),
  };
}

const execute = (sql: string) => (file: string) => {
  const connection = openConnection(file);
  connection.exec(sql);
  connection.close();
};
const empty = [
  ['of 0 bytes', (file: string) => writeFileSync(file, '')],
  ['without tables', execute('CREATE TABLE notes (text); DROP TABLE notes')],
] as const;
const foreign = [
  ['with one table', execute('CREATE TABLE albums (id)'), 'the table albums'],
  [
    'with many tables',
    execute(
      'CREATE TABLE albums (id); CREATE TABLE artists (id); CREATE TABLE tracks (id); CREATE TABLE z (id)',
    ),
    'the tables albums, artists, tracks, …',
  ],
  [
    'with a table tasks of another program',
    execute('CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, done BOOLEAN)'),
    'the table tasks',
  ],
] as const;

describe.concurrent('a database', { timeout: 120_000 }, () => {
  it.each(empty)('%s does not look like an empty board', async (_, create) => {
    const { file, run } = workplace(create);
    const before = readFileSync(file);

    for (const command of [
      ['epic', 'list'],
      ['task', 'list'],
      ['task', 'claim', 'T-E01-F01-001', '--agent=a'],
      ['watch'],
    ])
      expect(await run(...command)).toEqual({
        code: 2,
        stdout: '',
        stderr: `Error: The database ./b.db has no shark tables: it is empty. Set DATABASE_URL to a shark database, or create one in this file with 'shark epic create'. See docs/troubleshooting.md#no_database\n`,
      });
    expect(JSON.parse((await run('epic', 'list', '--json')).stderr)).toMatchObject({
      error: { code: 'NO_DATABASE' },
    });
    expect(readFileSync(file)).toEqual(before);
  });

  it.each(empty)('%s becomes a board with the first epic', async (_, create) => {
    const { run } = workplace(create);

    expect(await run('epic', 'create', 'Sign-in')).toMatchObject({ code: 0, stderr: '' });
    expect((await run('epic', 'list')).stdout).toContain('Sign-in');
  });

  it.each(foreign)('%s is not changed by a command', async (_, create, tables) => {
    const { folder, file, run } = workplace(create);
    const before = readFileSync(file);

    for (const command of [['epic', 'list'], ['epic', 'create', 'Sign-in'], ['serve']]) {
      const { code, stdout, stderr } = await run(...command);
      expect([command, code, stdout, stderr]).toEqual([
        command,
        2,
        '',
        expect.stringContaining(
          `Error: The database ./b.db has no shark tables, but ${tables} of another program. Nothing was changed. Set DATABASE_URL to a shark database, or to a file that does not exist yet. See docs/troubleshooting.md#database\n`,
        ),
      ]);
    }
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['b.db']);
  });
});
