import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTokenFile } from '../../../src/server/auth/token-file.ts';
import { runProgram } from '../../support/program.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

const settings = { API_TOKENS_FILE: './tokens.json' };
const create = (folder: string, name: string) =>
  runProgram(['token', `--name=${name}`, '--role=viewer'], { folder, settings });

it('tokens that are created at the same time are all in the file', async () => {
  const folder = temporaryFolder();
  const names = Array.from({ length: 24 }, (_, index) => `token-${index}`);

  const ended = await Promise.all(names.map((name) => create(folder, name)));

  for (const { code, stdout } of ended)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^shark_[\w-]{43}\n$/) });
  const entries = parseTokenFile('tokens.json', readFileSync(join(folder, 'tokens.json'), 'utf8'));
  expect(entries.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  expect(readdirSync(folder)).toEqual(['tokens.json']);
});

it('what is left beside the file is neither followed nor copied, and a linked file stays a link', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real/tokens.json', join(folder, 'tokens.json'));
  for (const left of ['tokens.json.new', 'real/tokens.json.new', 'real/tokens.json.tmp']) {
    writeFileSync(join(folder, left), 'left');
    chmodSync(join(folder, left), 0o666);
  }
  symlinkSync('elsewhere', join(folder, 'real/tokens.json.bak'));

  expect(await create(folder, 'one')).toMatchObject({ code: 0 });
  expect(await create(folder, 'two')).toMatchObject({ code: 0 });

  expect(readlinkSync(join(folder, 'tokens.json'))).toBe('real/tokens.json');
  const { mode } = lstatSync(join(folder, 'real/tokens.json'));
  expect((mode & 0o777).toString(8)).toBe('600');
  expect(readFileSync(join(folder, 'real/tokens.json.new'), 'utf8')).toBe('left');
  expect(readdirSync(folder).toSorted()).toEqual(['real', 'tokens.json', 'tokens.json.new']);
});

it('the lock of a killed command does not stop the next one', async () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['--version']);
  symlinkSync(`${hostname()}:${pid}`, join(folder, 'tokens.json.lock'));
  expect(await create(folder, 'ci')).toMatchObject({ code: 0 });
  expect(readdirSync(folder)).toEqual(['tokens.json']);
});

it('the lock of a running command stays, and is named', async () => {
  const folder = temporaryFolder();
  symlinkSync(`${hostname()}:${process.pid}`, join(folder, 'tokens.json.lock'));
  const lock = join(folder, 'tokens.json.lock');
  expect(await create(folder, 'ci')).toEqual({
    code: 2,
    stdout: '',
    stderr: `Error: The file ${join(folder, 'tokens.json')} cannot be written: ${lock} shows that another command writes it. Wait for the other command. If there is none, delete ${lock}. See docs/troubleshooting.md#file\n`,
  });
  expect(readdirSync(folder)).toEqual(['tokens.json.lock']);
});
