import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { describe, expect, it } from 'vitest';
import { createSharkDatabase, open, temporaryFolder } from '../../support/shark-databases.ts';
import { hashOfRows, seeded, until } from '../../seed/seeded.ts';

const main = fileURLToPath(new URL('../../../seed/main.ts', import.meta.url));

/** Runs the command in a new folder, as a user would. */
function run(
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  folder = temporaryFolder(),
) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString();
  });
  const begun = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      printed.stderr += chunk.toString();
      resolve();
    });
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...printed }));
  });
  return { child, folder, begun, ended };
}

describe('npm run seed', () => {
  it('creates and fills the database and prints the next step', async () => {
    const words = ['--sessions', '2000', '--until', until.toISOString()];
    const { folder, ended } = run(words);
    const { code, stdout, stderr } = await ended;
    expect(stderr).toMatch(/Sessions █+ 100% {2}2000 of 2000/);
    expect(stdout).toMatch(/^Created 2,000 sessions of \d{3} tasks in \.\/data\/shark\.db in [\d.]+ s\.\n/);
    expect(stdout).toContain('--sessions 2000 --seed 1 --until 2026-01-14T15:00:00.000Z');
    expect(stdout).toMatch(/Start the server with this database: npm start\n$/);
    expect(code).toBe(0);

    const connection = open(join(folder, 'data/shark.db'));
    const { connection: expected } = await seeded();
    expect(hashOfRows(connection)).toBe(hashOfRows(expected));
    expected.close();
  });

  it('prints a start command with the settings of the seed command', async () => {
    const { ended } = run(['--sessions', '10'], { DATABASE_URL: "file:./team's.db" });
    const { stdout } = await ended;
    expect(stdout).toContain(String.raw`DATABASE_URL='file:./team'\''s.db' npm start`);
  });

  it('does not change a database that contains tasks', async () => {
    const folder = temporaryFolder();
    const file = createSharkDatabase('recent', join(folder, 'shark-tasks.db'));
    const before = openConnection(file, { readonly: true });
    const hash = hashOfRows(before);
    before.close();

    const { code, stderr } = await run([], { DATABASE_URL: `file:${file}` }, folder).ended;
    expect(stderr).toMatch(
      /^The database .*shark-tasks\.db already contains \d+ tasks?\. Only a new database can be seeded\. Set DATABASE_URL to another file\.\n$/,
    );
    expect(code).toBe(1);
    expect(hashOfRows(open(file))).toBe(hash);
  });

  it('creates no file for invalid options', async () => {
    const { folder, ended } = run(['--sessions', 'many']);
    expect(await ended).toEqual({
      code: 1,
      stdout: '',
      stderr: "--sessions is 'many'. Enter a whole number from 1 to 100000000\n",
    });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('prints invalid settings', async () => {
    const { code, stderr } = await run([], { WORKFLOW_CONFIG: 'nowhere.json' }).ended;
    expect(stderr).toBe(
      'The workflow file nowhere.json cannot be used: the file does not exist: create it, or correct the path\n',
    );
    expect(code).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'writes nothing when %s interrupts it',
    async (signal) => {
      const { child, folder, begun, ended } = run(['--sessions', '1000000']);
      await begun;
      child.kill(signal);
      const { code, stderr } = await ended;
      expect(stderr).toContain(`Interrupted by ${signal}: nothing was written`);
      expect(code).toBe(128 + constants.signals[signal]);
      const connection = open(join(folder, 'data/shark.db'));
      expect(connection.prepare('SELECT COUNT(*) FROM tasks').pluck().get()).toBe(0);
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    },
  );
});
