import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openShell, type Shell } from '../../support/shell.ts';

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
  const shell = await openShell('on the file', { SHARK_URL: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await shell[Symbol.asyncDispose]();
  });
  return { shell, asked };
}

const filesIn = (shell: Shell) => readdirSync(shell.folder);

it('an export creates a new file, and prints its name when it is complete', async () => {
  const { shell, asked } = await shellWhere((response) => response.end(file));
  const { code, stdout } = await shell.shark(
    ...['task', 'sessions', 'T-E07-F20-001', '--export=csv', '--active', '--stale=4h', '--agent=backend'],
  );
  expect(code).toBe(0);
  const [, name = ''] = /^3 sessions in (sessions-[\d-]+T[\d-]+\.csv)\n$/.exec(stdout) ?? [];
  expect(filesIn(shell)).toEqual([name]);
  expect(readFileSync(join(shell.folder, name), 'utf8')).toBe(file);
  expect(asked).toEqual([
    '/export/sessions.csv?active=true&staleAfter=4h&agent=backend&taskKey=T-E07-F20-001',
  ]);
});

it('an export prints its file name as JSON', async () => {
  const { shell, asked } = await shellWhere((response) => response.end(file));
  const { code, stdout } = await shell.shark(
    ...['task', 'sessions', '--export=csv', '--outcome=rejected', '--json'],
  );
  expect(code).toBe(0);
  const [name] = filesIn(shell);
  expect(JSON.parse(stdout)).toEqual({ file: name, session_count: 3 });
  expect(asked).toEqual(['/export/sessions.csv?outcome=REJECTED']);
});

it('an aborted export leaves no file', async () => {
  const { shell } = await shellWhere((response) => {
    response.write(file, () => response.destroy());
  });
  const { code, stdout, stderr } = await shell.shark('task', 'sessions', '--export=csv');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Error: The CSV file from http:[^\n]+ did not arrive completely:[^\n]+\n$/);
  expect(filesIn(shell)).toEqual([]);
});

it('a rejected export leaves no file', async () => {
  const { shell } = await shellWhere((response) => {
    response.statusCode = 400;
    response.end(
      JSON.stringify({ errors: [{ message: 'No such phase', extensions: { code: 'BAD_USER_INPUT' } }] }),
    );
  });
  const { code, stderr } = await shell.shark('task', 'sessions', '--export=csv', '--phase=x');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Error: No such phase\. See docs\/troubleshooting\.md#bad_user_input\n$/);
  expect(filesIn(shell)).toEqual([]);
});

it('an export does not overwrite an existing file', async () => {
  const { shell } = await shellWhere((response) => response.end(file));
  const names = [0, 1, 2, 3].map((second) => {
    const time = new Date(Date.now() + second * 1_000).toISOString().slice(0, 19).replaceAll(':', '-');
    return `sessions-${time}.csv`;
  });
  for (const name of names) writeFileSync(join(shell.folder, name), 'mine\n');

  expect(await shell.shark('task', 'sessions', '--export=csv')).toMatchObject({ code: 2, stdout: '' });
  expect(filesIn(shell).toSorted()).toEqual(names);
  for (const name of names) expect(readFileSync(join(shell.folder, name), 'utf8')).toBe('mine\n');
});

it.each([
  ['--output=a.csv', '--output is the file of an export: add --export=csv'],
  ['--output=a.csv --stats', "option '--stats' cannot be used with option '--output <file>'"],
  ['--export=csv --output=- --json', '--output=- writes the CSV file to standard output: leave out --json'],
  ['--export=csv --force', '--force replaces the file of --output: give the path of a file with --output'],
  ['--export=csv --force --output=-', '--force replaces the file of --output: give the path'],
])('an export is refused with %s', async (options, message) => {
  const { shell, asked } = await shellWhere((response) => response.end(file));
  const { code, stdout, stderr } = await shell.type(`shark task sessions ${options}`);
  expect({ code, stdout, asked }).toEqual({ code: 2, stdout: '', asked: [] });
  expect(stderr).toContain(message);
  expect(filesIn(shell)).toEqual([]);
});
