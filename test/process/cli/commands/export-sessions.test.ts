import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openProcessShell } from '../../../support/process-shell.ts';
import { sharkFile } from '../../../support/program.ts';
import type { Shell } from '../../../support/shell.ts';

const header = 'task_key,notes\r\n';
/** Three records, one of them with line breaks. */
const file = `\uFEFF${header}T-1,\r\nT-2,"one ""quoted""\r\ntwo\nthree"\r\nT-3,\r\n`;

/** A shell whose server has three sessions and returns this export. */
async function shellWhere(exported: (response: ServerResponse) => void) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          data: {
            sessions: { totalCount: 3, nodes: [], pageInfo: { hasNextPage: true, endCursor: null } },
          },
        }),
      );
    } else {
      asked.push(request.url);
      exported(response);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const shell = await openProcessShell('on the file', { SHARK_URL: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await shell[Symbol.asyncDispose]();
  });
  return { shell, asked };
}

const filesIn = (shell: Shell) => readdirSync(shell.folder);

it('an export on a full device prints which file cannot be written', async () => {
  const { shell } = await shellWhere((response) => response.end(file));
  const { code, stdout, stderr } = await shell.type('ulimit -f 0; shark task sessions --export=csv');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(
    /^Error: The file sessions-[^ ]+\.csv cannot be written: it would be larger than this process may write\. [^\n]+\n$/,
  );
  expect(filesIn(shell)).toEqual([]);
});

describe('--output', () => {
  const complete = (response: ServerResponse) => response.end(file);
  const line = 'shark task sessions --export=csv';

  it('names the file, which is not overwritten without --force', async () => {
    const { shell } = await shellWhere(complete);
    expect(await shell.type(`${line} --output=out/all.csv`)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Error: The file out/all.csv cannot be written: its folder does not exist. Create the folder out, or correct the path. See docs/troubleshooting.md#file\n',
    });
    expect(await shell.type(`mkdir out; ${line} --output=out/all.csv`)).toEqual({
      code: 0,
      stdout: '3 sessions in out/all.csv\n',
      stderr: '',
    });
    expect(readFileSync(join(shell.folder, 'out/all.csv'), 'utf8')).toBe(file);

    expect(await shell.type(`echo mine > mine.csv; ${line} --output=mine.csv`)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Error: The file mine.csv cannot be written: it exists already, and is not overwritten. Add --force to replace it, or choose another name. See docs/troubleshooting.md#file\n',
    });
    expect(readFileSync(join(shell.folder, 'mine.csv'), 'utf8')).toBe('mine\n');
    expect(await shell.type(`${line} --output=mine.csv --force --json`)).toEqual({
      code: 0,
      stdout: expect.stringContaining('"session_count": 3'),
      stderr: '',
    });
    expect(readFileSync(join(shell.folder, 'mine.csv'), 'utf8')).toBe(file);
    expect(filesIn(shell).toSorted()).toEqual(['mine.csv', 'out']);
  });

  it('- is standard output, and gets only the file', async () => {
    const { shell } = await shellWhere(complete);
    expect(await shell.type(`${line} --output=-`)).toEqual({ code: 0, stdout: file, stderr: '' });
    expect(filesIn(shell)).toEqual([]);
  });

  it('can be a device or a pipe, which stays what it is', async () => {
    const { shell } = await shellWhere(complete);
    // The reader writes to a file, because it can print before or after the command.
    const reader = 'mkfifo pipe; cat pipe > received.txt &';
    expect(await shell.type(`${reader} ${line} --output=pipe; wait`)).toMatchObject({
      code: 0,
      stdout: '3 sessions in pipe\n',
    });
    expect(readFileSync(join(shell.folder, 'received.txt'), 'utf8')).toBe(file);
    expect(await shell.type(`${line} --output=/dev/null --force && test -c /dev/null`)).toMatchObject({
      code: 0,
    });
    expect(filesIn(shell).toSorted()).toEqual(['pipe', 'received.txt']);
  });

  it.each([
    [`${line} --output=- > /dev/full`, 'The output cannot be written: the disk is full'],
    [`${line} --output=/dev/full`, 'The file /dev/full cannot be written: the disk is full. Free some space'],
    [
      `exec 4> >(exec true); wait $!; ${line} --output=- >&4`,
      'The output cannot be written: the program that reads it has ended',
    ],
    [`${line} --output=.`, 'The file . cannot be written: it is a folder. Give the path of a file'],
  ])('reports in one line why the file is not complete: %s', async (command, message) => {
    const { shell } = await shellWhere(complete);
    const { code, stdout, stderr } = await shell.type(command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(`Error: ${message}`);
    expect(filesIn(shell)).toEqual([]);
  });
});

it('shows no progress in a file, and shows it on a terminal', async () => {
  const { shell } = await shellWhere((response) => response.end(file));
  const line = `"${process.execPath}" "${sharkFile}" task sessions --export=csv --output`;
  expect(await shell.type(`script -qec '${line}=a.csv 2> errors' /dev/null; cat errors`)).toMatchObject({
    stdout: '3 sessions in a.csv\r\n',
  });
  const { stdout } = await shell.type(`script -qec '${line}=b.csv' /dev/null`);
  expect(stdout).toContain('3 of 3');
});
