import { expect, it } from 'vitest';
import { boardOn } from '../../support/board.ts';
import { openProcessShell } from '../../support/process-shell.ts';
import { textOf } from '../../support/shark-answers.ts';
import { ways } from '../../support/shell.ts';

const key = 'T-E07-F20-001';

it.each(ways)('an agent that sends heartbeats keeps its task %s', async (way) => {
  await using board = await boardOn(await openProcessShell(way));
  board.put(key);
  textOf(await board.shark('task', 'claim', key, '--agent=alive'));
  board.startedAgo(key, 60);
  textOf(await board.shark('session', 'heartbeat', '1'));

  expect(await board.shark('session', 'abandon', '--stale=2s')).toEqual({
    code: 0,
    stdout: 'No session was abandoned.\n',
    stderr: `Skipped 1 session with a heartbeat in the last 5m: ${key} (alive). Use --force to abandon it, too\n`,
  });
  expect(textOf(await board.shark('session', 'abandon', '--silent-for=5m'))).toBe('No session is stale.\n');
  expect(board.statusOf(key)).toBe('in_development');

  expect(textOf(await board.shark('session', 'abandon', '--stale=2s', '--force'))).toContain(
    '1 session abandoned',
  );
  expect(board.statusOf(key)).toBe('ready_for_development');
});

it('ALIVE_WITHIN says for how long a heartbeat protects a session', async () => {
  await using board = await boardOn(await openProcessShell('on the file', { ALIVE_WITHIN: '10m' }));
  board.put(key);
  textOf(await board.shark('task', 'claim', key, '--agent=alive'));
  board.startedAgo(key, 60);
  board.change(
    "UPDATE task_sessions SET last_heartbeat_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-6 minutes')",
  );
  const { stderr } = await board.shark('session', 'abandon', '--stale=2s');
  expect(stderr).toContain('with a heartbeat in the last 10m');
  expect(textOf(await board.type('shark session abandon --stale=2s', { ALIVE_WITHIN: '5m' }))).toContain(
    '1 session abandoned',
  );
});
