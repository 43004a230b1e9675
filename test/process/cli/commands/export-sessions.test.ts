import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { openProcessShell } from '../../../support/process-shell.ts';
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
