import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Board, openBoard } from '../support/board.ts';
import { failureOf } from '../support/shark-answers.ts';

/* Commands with missing or invalid files. */

const key = 'T-E07-F20-001';
const letter = 'Dear Sarah,\n'.repeat(100);

describe('a command on the file', () => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard('on the file');
    board.put(key);
  });
  afterAll(() => board[Symbol.asyncDispose]());

  describe.each(['shark task list', `shark task claim ${key}`, 'shark watch'])('%s', (line) => {
    it('creates no database if there is none', async () => {
      const before = readdirSync(board.folder);
      const ended = await board.type(line, { DATABASE_URL: undefined });

      expect(ended).toEqual({
        code: 2,
        stdout: '',
        stderr:
          "Error: There is no database at ./data/shark.db. Set DATABASE_URL to its path, set SHARK_URL to a server, or create a database here with 'shark epic create'. See docs/troubleshooting.md#no_database\n",
      });
      expect(readdirSync(board.folder)).toEqual(before);
    });

    it('rejects a file that is not a database, and does not change it', async () => {
      const file = join(board.folder, 'letter.txt');
      writeFileSync(file, letter);
      const ended = await board.type(line, { DATABASE_URL: `file:${file}` });

      expect(ended).toEqual({
        code: 2,
        stdout: '',
        stderr: `Error: ${file} is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet. See docs/troubleshooting.md#database\n`,
      });
      expect(readFileSync(file, 'utf8')).toBe(letter);
    });

    it('lists all errors of an invalid workflow file', async () => {
      const file = join(board.folder, 'workflow.json');
      writeFileSync(file, JSON.stringify({ status_flow: { todo: ['done'] } }));
      const { code, stdout, stderr } = await board.type(line, { WORKFLOW_CONFIG: file });

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([
        `Error: The workflow file ${file} cannot be used:`,
        expect.stringMatching(/^- special_statuses is missing: /),
        expect.stringMatching(/^- status_flow.todo lists done, which status_flow does not have: /),
        'See docs/troubleshooting.md#settings',
      ]);
    });

    it('lists all invalid settings', async () => {
      const { code, stdout, stderr } = await board.type(line, { STALE_AFTER: 'never', MIGRATE: 'maybe' });

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([
        'Error: These settings are invalid:',
        expect.stringMatching(/^- MIGRATE is 'maybe': /),
        expect.stringMatching(/^- STALE_AFTER is 'never': /),
        'See docs/troubleshooting.md#settings',
      ]);
    });
  });

  it.each<[code: string, settings: (folder: string) => Record<string, string>]>([
    ['NO_DATABASE', () => ({ DATABASE_URL: 'file:./elsewhere.db' })],
    [
      'DATABASE',
      (folder) => {
        writeFileSync(join(folder, 'letter.txt'), letter);
        return { DATABASE_URL: `file:${join(folder, 'letter.txt')}` };
      },
    ],
    ['SETTINGS', () => ({ WORKFLOW_CONFIG: '/nowhere/workflow.json' })],
    ['SETTINGS', () => ({ STALE_AFTER: 'never' })],
    ['SETTINGS', () => ({ DATABASE_URL: 'postgres://localhost/shark' })],
  ])('prints the code %s with --json (case %$)', async (code, settings) => {
    const failure = failureOf(await board.type('shark task list --json', settings(board.folder)));

    expect(failure).toMatchObject({ exitCode: 2, code });
  });

  it.each([
    'feature create "Tokens" --epic=E07',
    'task create "Issue tokens" --feature=E07-F20',
    'epic list',
    'workflow list',
  ])('creates no database: shark %s', async (line) => {
    expect(await board.type(`shark ${line}`, { DATABASE_URL: undefined })).toMatchObject({
      code: 2,
      stdout: '',
    });
    expect(existsSync(join(board.folder, 'data'))).toBe(false);
  });
});
