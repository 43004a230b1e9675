import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharkFile } from '../support/program.ts';

/** The parent of the folders of all tests. */
let base = '';
/** Holds a port, so that no other program can use it. */
let holder: Server;
let heldPort = 0;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  if (typeof address === 'object' && address !== null) heldPort = address.port;
});

afterAll(() => {
  holder.close();
  rmSync(base, { recursive: true });
});

/** Starts the server in a folder, like an operator. */
function start(folder: string, settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [sharkFile, 'serve'], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let onReady = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('is ready at')) onReady();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; stdout: string; message: string }>((resolve) => {
    child.on('close', (code) => {
      onReady();
      // The lines without JSON, because the log lines are JSON.
      const lines = stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('{'));
      resolve({ code, stdout, message: lines.join('\n') });
    });
  });
  return { child, ready, ended };
}

interface Failure {
  over: string;
  /** The files in the folder before the start. */
  files?: Record<string, string>;
  settings: () => Record<string, string>;
  /**
   * The complete output. FOLDER stands for the folder, PORT for the port in use,
   * REASON for the message of the operating system.
   */
  message: string;
}

const failures: readonly Failure[] = [
  {
    over: 'a workflow file with multiple errors',
    files: {
      '.sharkconfig.json': JSON.stringify({
        status_flow: { todo: ['in_progres'], in_progress: ['done'], stuck: [], done: [] },
        special_statuses: { _complete_: ['done'] },
      }),
    },
    settings: () => ({}),
    message: `The workflow file ./.sharkconfig.json cannot be used:
- special_statuses._start_ is missing: it should be a list of at least one status, such as ["draft"]
- status_flow.todo lists in_progres, which status_flow does not have: correct the name or add the status
- status_flow.stuck has no transitions: add one, or add stuck to special_statuses._complete_`,
  },
  {
    over: 'a configured but missing workflow file',
    settings: () => ({ WORKFLOW_CONFIG: './flows/team.json' }),
    message: `The workflow file ./flows/team.json cannot be used: the file does not exist: create it, or correct the path`,
  },
  {
    over: 'a database that is a folder',
    files: { 'shark.db/note.txt': 'x' },
    settings: () => ({ DATABASE_URL: 'file:shark.db' }),
    message:
      'The database FOLDER/shark.db cannot be opened (unable to open database file). Check that DATABASE_URL names a file, and that you may read and write this file and its folder.',
  },
  {
    over: 'a database that is another file',
    files: { 'notes.txt': 'The sharks are restless today, and the sea is grey.\n'.repeat(100) },
    settings: () => ({ DATABASE_URL: 'file:./notes.txt' }),
    message:
      'FOLDER/notes.txt is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet.',
  },
  {
    over: 'a database in a folder that is a file',
    files: { data: 'x' },
    settings: () => ({}),
    message:
      'The database FOLDER/data/shark.db cannot be opened (REASON). Check that DATABASE_URL names a file, and that you may read and write this file and its folder.',
  },
  {
    over: 'MIGRATE=off without a tasks table',
    settings: () => ({ DATABASE_URL: 'file:./mistyped.db', MIGRATE: 'off' }),
    message:
      'The database ./mistyped.db has no tasks table, and MIGRATE=off prevents the creation of tables. Check DATABASE_URL, or start with MIGRATE=on.',
  },
  {
    over: 'a port in use',
    settings: () => ({ PORT: String(heldPort) }),
    message:
      'Port PORT on 127.0.0.1 is in use by another program. Stop that program, or set PORT to another port (0 picks a free port)',
  },
  {
    over: 'a public address without tokens',
    settings: () => ({ HOST: '0.0.0.0' }),
    message: `A setting is invalid: HOST is '0.0.0.0', which other machines can reach, and no tokens are configured: create tokens with 'shark token' and set API_TOKENS_FILE, or set HOST to 127.0.0.1`,
  },
  {
    over: 'a missing token file',
    settings: () => ({ HOST: '0.0.0.0', API_TOKENS_FILE: './tokens.json' }),
    message:
      "The token file ./tokens.json cannot be read: it does not exist. Create the file with 'shark token', or correct API_TOKENS_FILE",
  },
  {
    over: 'multiple invalid settings',
    settings: () => ({
      HOST: ' ',
      PORT: '65536',
      DATABASE_URL: 'postgres://localhost/shark',
      WORKFLOW_CONFIG: '',
      MIGRATE: 'maybe',
      STALE_AFTER: '0h',
      LOG_LEVEL: 'loud',
      GRAPHIQL: 'yes',
    }),
    message: `These settings are invalid:
- HOST is empty: set an address to listen on, for example 127.0.0.1
- PORT is '65536': write a whole number from 0 to 65535; 0 picks a free port
- DATABASE_URL is 'postgres://…': write file: and the path of an SQLite database, for example file:./data/shark.db
- WORKFLOW_CONFIG is empty: set the path of a workflow file, or remove the setting
- MIGRATE is 'maybe': write on or off
- STALE_AFTER is '0h': write a duration like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'
- LOG_LEVEL is 'loud': write one of trace, debug, info, warn, error, fatal, silent
- GRAPHIQL is 'yes': write on or off`,
  },
];

// The starts run at the same time, because they mostly load code.
describe.concurrent('a server', { timeout: 60_000 }, () => {
  it.each(failures)(
    'that cannot start because of $over prints the reason and exits with 2',
    async (failure) => {
      const folder = mkdtempSync(join(base, 'start-'));
      for (const [name, text] of Object.entries(failure.files ?? {})) {
        mkdirSync(join(folder, name, '..'), { recursive: true });
        writeFileSync(join(folder, name), text);
      }

      const { code, stdout, message } = await start(folder, failure.settings()).ended;

      const [explanation, section] = message.split(/\.?\sSee docs\/troubleshooting\.md#/);
      expect(section).toMatch(/^(?:settings|database)$/);
      expect({ code, stdout, message: explanation?.replace(/\(E[A-Z]+: .*?\)/, '(REASON)') }).toEqual({
        code: 2,
        stdout: '',
        message: `Error: ${failure.message.replace(/\.$/, '')}`
          .replaceAll('FOLDER', folder)
          .replace('Port PORT', `Port ${heldPort}`),
      });
      for (const [name, text] of Object.entries(failure.files ?? {}))
        expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    },
  );

  it('exits with 0 after a signal, and leaves one database file', async () => {
    const folder = mkdtempSync(join(base, 'start-'));
    const { child, ready, ended } = start(folder, {});

    await ready;
    child.kill('SIGTERM');

    expect(await ended).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /ready at http:\/\/127\.0\.0\.1:\d+\/graphql\n[^]*access {4}every user of this machine, without a token[^]*Stopping: SIGTERM\n$/,
      ),
      message: '',
    });
    expect(readdirSync(join(folder, 'data'))).toEqual(['shark.db']);
  });
});
