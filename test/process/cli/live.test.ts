import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createClient } from '../../../src/client/client.ts';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { type Board, boardOn } from '../../support/board.ts';
import { sessionAnswer, textOf } from '../../support/shark-answers.ts';
import { openProcessShell } from '../../support/process-shell.ts';
import { ways } from '../../support/shell.ts';

/* Subscribers see the changes of commands that write to the file without the server. */

const key = 'T-E07-F20-001';

/** Runs a command on the file, without the server. */
async function typeOnFile(board: Board, line: string): Promise<void> {
  textOf(await board.type(line, { SHARK_URL: '', DATABASE_URL: `file:${board.databaseFile}` }));
}

it('subscribers of a server get each session that is opened or closed on its file', async () => {
  await using board = await boardOn(await openProcessShell('against a server'));
  board.put(key);
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  let onConnected = () => {};
  const connected = new Promise<void>((resolve) => {
    onConnected = resolve;
  });
  const changes = createClient({ url: board.server?.url ?? '' }).subscribe(
    SessionChangedDocument,
    {},
    { signal: ended.signal, onConnected },
  );
  const next = async () => (await changes.next()).value?.sessionChanged;

  const opened = next();
  await connected;
  await typeOnFile(board, `shark task claim ${key} --agent=backend`);
  expect(await opened).toMatchObject({
    change: 'OPENED',
    session: { agentId: 'backend', task: { key, status: 'in_development' }, endedAt: null },
  });

  await typeOnFile(board, `shark task finish ${key} --notes="API complete"`);
  expect(await next()).toMatchObject({
    change: 'CLOSED',
    session: { outcome: 'COMPLETED', notes: 'API complete', task: { status: 'ready_for_code_review' } },
  });
  await changes.return?.();
});

const eventAnswer = z.object({ cursor: z.string(), reason: z.literal('age'), session: sessionAnswer });

it.each(ways)('shark watch %s prints a session that a command opened in the database file', async (way) => {
  await using board = await boardOn(await openProcessShell(way));
  board.put(key);
  const watch = board.start('watch', '--stale=1s', '--json');
  await watch.until(({ stderr }) => stderr.startsWith('Watching '));

  await typeOnFile(board, `shark task claim ${key} --agent=backend`);
  await watch.until(({ stdout }) => stdout.endsWith('\n'));
  const { code, stdout } = await watch.stop();

  expect(code).toBe(0);
  expect(eventAnswer.parse(JSON.parse(stdout)).session).toMatchObject({
    session_id: `TaskSession:${String(board.sessionsOf(key)[0]?.id)}`,
    task_key: key,
    agent_id: 'backend',
    ended_at: null,
  });
});
