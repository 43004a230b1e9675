import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sharkFile } from '../../support/program.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { openProcessShell, type ProcessShell } from '../../support/process-shell.ts';
import { type Running, type Shell, type Way, ways } from '../../support/shell.ts';

/** A shell that is removed at the end of the test. */
async function shellFor(way: Way): Promise<ProcessShell> {
  const shell = await openProcessShell(way);
  onTestFinished(() => shell[Symbol.asyncDispose]());
  return shell;
}

/** Tasks T-E01-F01-001 and so on, ready to claim. */
async function createTasks(shell: Shell, count: number): Promise<void> {
  await shell.shark('epic', 'create', 'Sign-in');
  shell.change(`
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Tokens', 'active');
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ${count})
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT 1, printf('T-E01-F01-%03d', value), 'Work', 'ready_for_development' FROM number`);
}

/** Claims a task in a separate process, on the file, with or without a server. */
async function claimOnFile(shell: Shell, number: number): Promise<void> {
  const { code, stderr } = await shell.type(
    `shark task claim T-E01-F01-00${number} --agent=agent-${number}`,
    {
      SHARK_URL: '',
      DATABASE_URL: `file:${shell.databaseFile}`,
    },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** Opens a session with SQL, as another program could. */
function openSession(shell: Shell, number: number): void {
  const now = new Date().toISOString().replace('Z', '+00:00');
  shell.change(`INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
    VALUES (${number}, 'agent-${number}', 'development', 'ready_for_development', 'in_development', '${now}')`);
}

interface Told {
  cursor: string;
  agent: string;
}

/** The events that a watch with --json printed. */
function toldBy({ stdout }: Pick<Running, 'stdout'>): Told[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { cursor, session } = JSON.parse(line);
      return { cursor, agent: session.agent_id };
    });
}

const agentsToldBy = (printed: Pick<Running, 'stdout'>) => toldBy(printed).map(({ agent }) => agent);

/** Waits for this number of printed sessions. */
const untilTold = (watch: Running, count: number) =>
  watch.until((printed) => toldBy(printed).length >= count);

describe('shark watch with a server', () => {
  // The test starts two servers, and a disconnected client waits longer after each attempt.
  it('continues after a restart of the server, and prints each session once', {
    timeout: 60_000,
  }, async () => {
    const shell = await shellFor('against a server');
    await createTasks(shell, 3);
    openSession(shell, 1);
    const watch = shell.start('watch', '--stale=1s', '--json');
    await untilTold(watch, 1);
    expect(watch.stderr).toBe(`Watching ${shell.server?.url}. Press Ctrl+C to stop.\n`);

    await shell.server?.kill();
    await watch.until(({ stderr }) => stderr.includes('Connection lost ('));
    // The session turns stale while no server is running.
    openSession(shell, 2);
    const { port } = new URL(shell.server?.url ?? '');
    const next = await startServerProcess(
      { DATABASE_URL: `file:${shell.databaseFile}`, PORT: port },
      sharkFile,
    );
    onTestFinished(() => next.stop());
    await untilTold(watch, 2);
    openSession(shell, 3);
    await untilTold(watch, 3);

    const { code, stdout, stderr } = await watch.stop();
    expect(code).toBe(0);
    expect(agentsToldBy({ stdout })).toEqual(['agent-1', 'agent-2', 'agent-3']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `Watching ${shell.server?.url}. Press Ctrl+C to stop.`,
      expect.stringMatching(/^Connection lost \(.+\)\. Reconnecting$/),
      `Watching ${shell.server?.url}. Press Ctrl+C to stop.`,
    ]);
  });
});

it('shark watch on the file prints sessions of other processes as text', async () => {
  const shell = await shellFor('on the file');
  await createTasks(shell, 2);
  await claimOnFile(shell, 1);
  const watch = shell.start('watch', '--stale=1s');
  await watch.until(({ stdout }) => stdout.includes('agent-1'));
  await claimOnFile(shell, 2);
  await watch.until(({ stdout }) => stdout.includes('agent-2'));
  const { code, stdout, stderr } = await watch.stop();
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `Watching ${shell.databaseFile}. Press Ctrl+C to stop.\n`,
  });
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}T-E01-F01-001 {2}agent-1 {2}open for \d+s {2}TaskSession:1$/,
    ),
    expect.stringMatching(/ {2}T-E01-F01-002 {2}agent-2 {2}open for \d+s {2}TaskSession:2$/),
    '',
  ]);
});

describe.each(ways)('shark watch %s', (way) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openProcessShell(way);
    await createTasks(shell, 3);
  });
  afterAll(() => shell[Symbol.asyncDispose]());

  it.each(['SIGINT', 'SIGTERM'] as const)('exits with 0 on %s while no events occur', async (signal) => {
    const watch = shell.start('watch');
    await watch.until(({ stderr }) => stderr.includes('Watching '));
    const { code, stdout, stderr } = await watch.stop(signal);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^Watching [^\n]+\n$/);
  });
});
