import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Board, openBoard } from '../support/board.ts';
import { failureOf } from '../support/shark-answers.ts';
import { tokens, writeTokens } from '../support/tokens.ts';

/* Commands with an unreachable server, an invalid response, or a missing permission. */

const one = 'T-E07-F20-001';
const two = 'T-E07-F20-002';

let folder = '';
let board: Board;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shark-tokens-'));
  const tokensFile = join(folder, 'tokens.json');
  writeTokens(tokensFile);
  board = await openBoard('against a server', {
    API_TOKENS_FILE: tokensFile,
    SHARK_TOKEN: tokens.orchestrator,
  });
  board.put(one);
  board.put(two, 'in_development');
  board.record({ key: two, agentId: 'frontend', startedAt: '2026-01-11T10:00:00Z' });
});
afterAll(async () => {
  await board[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Starts a server with this response to all requests. Returns its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no address');
  return `http://127.0.0.1:${address.port}`;
}

/** The address of a stopped server. */
async function deserted(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('The server has no address');
  return `http://127.0.0.1:${address.port}`;
}

describe.each([
  'shark task list',
  `shark task claim ${one} --agent=backend`,
  'shark task sessions --export=csv',
])('%s', (line) => {
  it('reports a server that does not respond', async () => {
    const url = await deserted();

    expect(await board.type(line, { SHARK_URL: url })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^Error: No response from ${url}/graphql: connect ECONNREFUSED \\S+ See docs/troubleshooting.md#unreachable\\n$`,
        ),
      ),
    });
  });

  it('prints one line for a response that is not GraphQL', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<!DOCTYPE html>\n<html>\n  <h1>Not Found</h1>\n</html>\n');
    });

    expect(await board.type(line, { SHARK_URL: url })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^Error: .* ${url}/graphql returned status 404 without a GraphQL response: <!DOCTYPE html> .*</html>\\. Check SHARK_URL: .+\\n$`,
        ),
      ),
    });
  });

  it('reports an unknown token', async () => {
    expect(await board.type(line, { SHARK_TOKEN: 'shark_guessed' })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "Error: The token is unknown: it is mistyped or was revoked. The operator can create a new token with 'shark token'. Set SHARK_TOKEN to a token of this server\n",
    });
  });

  it('reports a missing token', async () => {
    expect(await board.type(line, { SHARK_TOKEN: '' })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^Error: The request has no token\. .*Set SHARK_TOKEN to a token of this server\n$/,
      ),
    });
  });
});

it.each(['nonsense', 'localhost:4000', 'ftp://127.0.0.1/'])(
  'reports that %s is not the address of a server',
  async (url) => {
    expect(await board.type('shark task list', { SHARK_URL: url })).toEqual({
      code: 2,
      stdout: '',
      stderr: `Error: SHARK_URL is '${url}': write the address of a server, for example http://127.0.0.1:4000/graphql. See docs/troubleshooting.md#settings\n`,
    });
  },
);

it.each([
  ['UNREACHABLE', async () => ({ SHARK_URL: await deserted() })],
  ['SETTINGS', async () => ({ SHARK_URL: 'nonsense' })],
  ['UNAUTHENTICATED', async () => ({ SHARK_TOKEN: 'shark_guessed' })],
  ['NO_ANSWER', async () => ({ SHARK_URL: await serve((_request, response) => response.end('Hello')) })],
  ['NO_ANSWER', async () => ({ SHARK_URL: await serve((_request, response) => response.end('{}')) })],
])('prints the code %s with --json (case %$)', async (code, settings) => {
  expect(failureOf(await board.type('shark task list --json', await settings()))).toMatchObject({
    exitCode: 2,
    code,
    details: {},
  });
});

describe('missing permissions of a token', () => {
  it.each([
    [
      'a claim for another agent',
      `task claim ${one} --agent=frontend`,
      tokens.agent,
      /'backend-team' may not claim work for agent 'frontend', only for 'backend', 'backend-2'/,
    ],
    [
      'a finish of the task of another agent',
      `task finish ${two}`,
      tokens.agent,
      new RegExp(`'backend-team' may not do this for task ${two}: it is the work of agent 'frontend'`),
    ],
    [
      'the abandonment of sessions',
      'session abandon --stale=4h',
      tokens.agent,
      /'backend-team' may not call 'shark session abandon --stale'/,
    ],
    [
      'a claim with a read-only token',
      `task claim ${one} --agent=backend`,
      tokens.viewer,
      /'board' may not call 'shark task claim'/,
    ],
  ])('reject %s', async (_what, line, token, message) => {
    const said = await board.type(`shark ${line}`, { SHARK_TOKEN: token });
    const failure = failureOf(await board.type(`shark ${line} --json`, { SHARK_TOKEN: token }));

    expect(said).toEqual({ code: 1, stdout: '', stderr: `Error: ${failure.message}\n` });
    expect(failure).toMatchObject({ exitCode: 1, code: 'FORBIDDEN' });
    expect(failure.message).toMatch(message);
    expect([board.statusOf(one), board.statusOf(two)]).toEqual(['ready_for_development', 'in_development']);
    expect(board.sessionsOf(two)).toMatchObject([{ agent_id: 'frontend', ended_at: null }]);
  });

  it('do not affect allowed commands', async () => {
    const line = `shark task claim ${one} --agent=backend-2`;
    expect(await board.type(line, { SHARK_TOKEN: tokens.agent })).toMatchObject({ code: 0, stderr: '' });
    board.put(one);
  });
});
