import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openShell, type Running, type Shell, type Way, ways } from '../support/shell.ts';
import { temporaryFolder } from '../support/shark-databases.ts';
import { tokens, writeTokens } from '../support/tokens.ts';

/** A shell that is removed at the end of the test. */
async function shellFor(way: Way, settings: Readonly<Record<string, string>> = {}): Promise<Shell> {
  const shell = await openShell(way, settings);
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
  it('stops immediately during connection attempts', async () => {
    // A port that was free a moment ago.
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const address = nobody.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    nobody.close();
    await once(nobody, 'close');
    const shell = await shellFor('on the file', { SHARK_URL: `http://127.0.0.1:${port}` });
    const watch = shell.start('watch');
    await watch.until(({ stderr }) => stderr.includes('Connection lost ('));
    expect(await watch.stop()).toMatchObject({ code: 0, stdout: '' });
  });

  it('exits with 2 and prints one line for an unknown token', async () => {
    const file = join(temporaryFolder(), 'tokens.json');
    writeTokens(file);
    const shell = await shellFor('against a server', {
      API_TOKENS_FILE: file,
      SHARK_TOKEN: 'unknown-token',
    });
    const { code, stdout, stderr } = await shell.shark('watch');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: The token is unknown[^\n]*\n$/);

    const withoutToken = await shell.type('shark watch --json', { SHARK_TOKEN: '' });
    expect(withoutToken).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(withoutToken.stderr).error.code).toBe('UNAUTHENTICATED');

    // The role viewer is enough.
    const watch = shell.startWith({ SHARK_TOKEN: tokens.viewer }, 'watch');
    await watch.until(({ stderr: said }) => said.includes('Watching '));
    expect(await watch.stop()).toMatchObject({ code: 0 });
  });
});

describe.each(ways)('shark watch %s', (way) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell(way);
    await createTasks(shell, 3);
  });
  afterAll(() => shell[Symbol.asyncDispose]());

  it('rejects an invalid cursor with one line', async () => {
    const { code, stdout, stderr } = await shell.shark('watch', '--after=nowhere');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^Error: .*nowhere/);
  });

  it('continues after the event of the given cursor', async () => {
    openSession(shell, 1);
    openSession(shell, 2);
    const first = shell.start('watch', '--stale=1s', '--json');
    await untilTold(first, 2);
    await first.stop();
    const [one, two] = toldBy(first);
    expect([one?.agent, two?.agent]).toEqual(['agent-1', 'agent-2']);

    const second = shell.start('watch', '--stale=1s', '--json', `--after=${one?.cursor}`);
    const third = shell.start('watch', '--stale=1s', '--json', `--after=${two?.cursor}`);
    await second.until(({ stderr }) => stderr.includes('Watching '));
    await third.until(({ stderr }) => stderr.includes('Watching '));
    openSession(shell, 3);
    await untilTold(second, 2);
    await untilTold(third, 1);
    expect(agentsToldBy(second)).toEqual(['agent-2', 'agent-3']);
    expect(agentsToldBy(third)).toEqual(['agent-3']);
  });
});

it('shark watch reports that its database file was deleted', async () => {
  await using shell = await openShell('on the file');
  await shell.shark('epic', 'create', 'Sign-in');
  const watch = shell.start('watch', '--stale=4h');
  await watch.until(({ stderr }) => stderr.includes('Watching'));
  rmSync(shell.databaseFile);
  const { code, stderr } = await watch.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/\nError: The database file was deleted, moved or replaced[^\n]+\n$/);
});
