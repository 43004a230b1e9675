import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ClaimTaskDocument } from '../../../../src/client/generated/graphql.ts';
import { runProgram } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';

const taskKey = 'T-E01-F01-001';

function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = (args: readonly string[], url: string) =>
    runProgram(args, { folder, settings: { DATABASE_URL: url } });
  return { folder, run };
}

it('a server whose file is a link acknowledges nothing after its log was deleted', async () => {
  const { folder, run } = workplace();
  for (const name of ['real', 'data']) mkdirSync(join(folder, name));
  const [real, given] = [join(folder, 'real/board.db'), join(folder, 'data/shark.db')];
  symlinkSync('../real/board.db', given);
  const url = `file:${given}`;
  await run(['epic', 'create', 'Sign-in'], url);
  await run(['feature', 'create', 'Tokens', '--epic=E01'], url);
  await run(['task', 'create', 'Issue', '--feature=E01-F01', '--status=ready_for_development'], url);
  expect(readdirSync(join(folder, 'real'))).toEqual(['board.db']);
  const server = await startServerProcess({ DATABASE_URL: url }, 'dist-test/shark.js');

  rmSync(`${real}-wal`);
  const claim = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: ClaimTaskDocument.toString(),
      variables: { input: { taskKey, agentId: 'worker' } },
    }),
  });
  const answer = await claim.json();
  const ready = await fetch(new URL('/ready', server.url));
  await server.kill();

  expect(answer).toMatchObject({ errors: [{ extensions: { code: 'DATABASE_GONE' } }] });
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', failedChecks: [expect.stringContaining('deleted, moved or replaced')] },
  ]);
  expect(await run(['task', 'list', '--json'], url)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"ready_for_development"'),
  });
});

it('a database with two names is opened by neither', async () => {
  const { folder, run } = workplace();
  await run(['epic', 'create', 'Sign-in'], 'file:./board.db');
  linkSync(join(folder, 'board.db'), join(folder, 'other.db'));

  for (const command of [['epic', 'list'], ['serve'], ['backfill'], ['backup', './copy.db']])
    expect([command, await run(command, 'file:./other.db')]).toEqual([
      command,
      {
        code: 2,
        stdout: expect.not.stringContaining('ready'),
        stderr: expect.stringMatching(/^Error: The database \S+ has 2 names \(hard links\)\. [^\n]+$/m),
      },
    ]);
  expect(await run(['epic', 'list'], 'file:./board.db')).toMatchObject({ code: 2 });
  expect(readdirSync(folder).toSorted()).toEqual(['board.db', 'other.db']);
});
