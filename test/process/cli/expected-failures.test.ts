import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../../support/interruptions.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';

/* Failures that an operator can correct have no stack, in the program that is shipped. */

/** A folder with files of all kinds, which only its owner may write. No command changes it. */
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  createSharkDatabase('recent', join(folder, 'shark.db'));
  writeFileSync(join(folder, 'letter.txt'), 'Dear Sarah,\n'.repeat(100));
  writeFileSync(join(folder, 'empty.db'), '');
  writeFileSync(join(folder, 'broken.json'), '\uFEFF{\r\n  "tokens": [}\r\n');
  writeFileSync(join(folder, 'latin.json'), '{\n  "name": "größe"\n}', 'latin1');
  writeFileSync(join(folder, 'secret.json'), '{}');
  chmodSync(join(folder, 'secret.json'), 0o000);
  mkdirSync(join(folder, 'folder'));
  for (const name of ['broken.json', 'latin.json'])
    copyFileSync(join(folder, name), join(folder, 'folder', name));
  chmodSync(join(folder, 'folder'), 0o777);
  chmodSync(folder, 0o555);
});
afterAll(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const token = 'token --name=ci --role=viewer';
const keys = { JWT_ISSUER: 'https://id.example.com', JWT_AUDIENCE: 'shark' };

const failures: readonly [line: string, settings: Record<string, string>, message: string][] = [
  [token, {}, 'API_TOKENS_FILE is not set. Set it to the token file of the server'],
  [token, { API_TOKENS_FILE: 'folder/' }, 'cannot be written: you do not have the permission'],
  [
    token,
    { API_TOKENS_FILE: 'folder/broken.json' },
    'is not valid JSON: Expected a value at line 2, column 14',
  ],
  [
    token,
    { API_TOKENS_FILE: 'folder/latin.json' },
    'it is not valid UTF-8 text (line 2). Save the file as UTF-8',
  ],
  [token, { API_TOKENS_FILE: 'secret.json' }, 'cannot be written: you do not have the permission. Check'],
  [token, { API_TOKENS_FILE: 'new.json' }, 'cannot be written: you do not have the permission. Check'],
  [
    token,
    { API_TOKENS_FILE: 'letter.txt/new.json' },
    'cannot be written: a part of its path is not a folder',
  ],
  ['backup /nonexistent/x.db', {}, 'cannot be written: its folder does not exist. Create the folder'],
  ['backup folder', {}, 'cannot be written: it is a folder. Give the path of a file'],
  ['backup letter.txt', {}, 'cannot be written: it exists already, and is not overwritten. Choose'],
  ['backup new.db', {}, 'cannot be written: you do not have the permission. Check'],
  ['backup /tmp/x.db', { DATABASE_URL: 'file:folder' }, 'folder'],
  ['backup /tmp/x.db', { DATABASE_URL: 'file:letter.txt' }, 'letter.txt is not an SQLite database'],
  ['backup /tmp/x.db', { DATABASE_URL: 'file:empty.db' }, 'empty.db is empty, so it is not a database'],
  ['backup /tmp/x.db', { DATABASE_URL: 'file:none.db' }, 'There is no database'],
  ['serve', { PORT: 'abc' }, "PORT is 'abc': write a whole number from 0 to 65535"],
  ['serve', { API_TOKENS_FILE: 'secret.json' }, 'secret.json cannot be read: you do not have the permission'],
  [
    'serve',
    { API_TOKENS_FILE: 'latin.json' },
    'latin.json cannot be read: it is not valid UTF-8 text (line 2)',
  ],
  ['serve', { ...keys, JWT_KEY_FILE: 'letter.txt' }, 'letter.txt cannot be used: it contains no key in the'],
  ['serve', { ...keys, JWT_KEY_FILE: 'broken.json' }, 'broken.json cannot be used: it is not valid JSON'],
  ['serve', { ...keys, JWT_KEY_FILE: 'folder' }, 'The key file folder cannot be used: it is a folder'],
  ['backfill', { MIGRATE: 'x' }, "MIGRATE is 'x': write on or off"],
  ['backfill', { WORKFLOW_CONFIG: 'secret.json' }, 'it cannot be read: you do not have the permission'],
  ['backfill', { WORKFLOW_CONFIG: 'latin.json' }, 'it cannot be read: it is not valid UTF-8 text (line 2)'],
  ['backfill --dry-run', { DATABASE_URL: 'file:letter.txt' }, 'letter.txt is not an SQLite database'],
  [
    'task finish T-E07-F20-001 --notes-file=secret.json',
    {},
    'cannot be read: you do not have the permission',
  ],
];

describe.concurrent('an expected failure', () => {
  it.each(failures)('of shark %s with %o is one line, and exit code 2', async (line, settings, message) => {
    const before = readdirSync(folder);

    const { code, stderr } = await startCommand({
      args: line.split(' '),
      folder,
      settings: { DATABASE_URL: 'file:shark.db', PORT: '0', LOG_LEVEL: 'silent', ...settings },
      unprivileged: true,
    }).ended;

    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^Error: [^\n]+\n$/);
    expect(readdirSync(folder)).toEqual(before);
  });
});
