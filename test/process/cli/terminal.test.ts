import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProcessShell } from '../../support/process-shell.ts';
import { sharkFile } from '../../support/program.ts';
import type { Shell } from '../../support/shell.ts';

let shell: Shell;

beforeAll(async () => {
  shell = await openProcessShell('on the file');
  await shell.shark('epic', 'create', 'Sign-in');
  await shell.shark('feature', 'create', 'Tokens', '--epic=E01');
  // More than a pipe buffer holds, so that a reader that stops has an effect.
  shell.change(`
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < 1500)
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT 1, printf('T-E01-F01-%04d', value), printf('Task %d of many that have a long title', value), 'todo'
    FROM number`);
  // The command `script` of bsdutils, which Debian always has. Other versions take other options.
  const { stdout } = await shell.type('script --version');
  if (!stdout.includes('util-linux'))
    throw new Error("These tests need a terminal, which 'script' of util-linux makes: install it");
});
afterAll(() => shell[Symbol.asyncDispose]());

const escape = '\u001B[';

/** The output of a line on a terminal, including standard error. */
const onTerminal = (line: string, settings: Readonly<Record<string, string>> = {}) => {
  const command = line.replace(/^shark /, `"${process.execPath}" "${sharkFile}" `);
  return shell.type(`script -qec '${command}' /dev/null`, { TERM: 'xterm-256color', ...settings });
};

describe('colours', () => {
  it('are enabled on a terminal', async () => {
    const { code, stdout } = await onTerminal('shark task list --limit=1');
    expect(code).toBe(0);
    expect(stdout).toContain(`${escape}2mTASK${escape}22m`);
    expect(stdout).toContain('T-E01-F01-0001');
  });

  it('are enabled on a terminal with an empty NO_COLOR', async () => {
    expect((await onTerminal('shark task list --limit=1', { NO_COLOR: '' })).stdout).toContain(escape);
  });

  it.each<{ what: string; line: string; settings: Record<string, string> }>([
    { what: 'NO_COLOR', line: 'shark task list --limit=1', settings: { NO_COLOR: '1' } },
    { what: 'a terminal without colours', line: 'shark task list --limit=1', settings: { TERM: 'dumb' } },
    { what: '--json', line: 'shark task list --limit=1 --json', settings: {} },
    { what: 'a pipe', line: 'shark task list --limit=1 | cat', settings: {} },
  ])('are disabled with $what', async ({ line, settings }) => {
    const { code, stdout } = await onTerminal(line, settings);
    expect(code).toBe(0);
    expect(stdout).toContain('T-E01-F01-0001');
    expect(stdout).not.toContain(escape);
  });

  it('are disabled without a terminal, whatever the environment contains', async () => {
    const { stdout } = await shell.type('shark task list --limit=1', {
      TERM: 'xterm-256color',
      FORCE_COLOR: '1',
      CI: 'true',
    });
    expect(stdout).toContain('T-E01-F01-0001');
    expect(stdout).not.toContain(escape);
  });

  it('are not in error messages', async () => {
    const { code, stdout } = await onTerminal('shark task history T-E99-F01-001');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Error: There is no task 'T-E99-F01-001'/);
  });
});

it('control characters in stored text do not reach the terminal', async () => {
  const hostile = 'Sign\u001B[2J\u001B]0;owned\u0007\r\n-in\u202Egpj.exe';
  const feature = ['--feature=E01-F01', '--status=ready_for_development'];
  const created = await shell.shark('task', 'create', hostile, ...feature, '--key=T-E01-F01-9000');
  expect(created).toMatchObject({ code: 0, stderr: '' });
  const agent = `ada\u001B[31m`;
  const claimed = await shell.shark('task', 'claim', 'T-E01-F01-9000', `--agent=${agent}`);
  const active = await shell.shark('task', 'sessions', '--active');
  const finished = await shell.shark('task', 'finish', 'T-E01-F01-9000', `--notes=${hostile}`);
  const [ofTask, history, asJson, ...others] = await Promise.all([
    shell.shark('task', 'sessions', 'T-E01-F01-9000'),
    shell.shark('task', 'history', 'T-E01-F01-9000'),
    shell.shark('task', 'history', 'T-E01-F01-9000', '--json'),
    shell.shark('analytics', 'agent-performance'),
    // Errors repeat their input.
    shell.shark('task', 'history', `T-${hostile}`),
    shell.shark('task', 'claim', `T-${hostile}`),
    shell.shark('task', 'list', `--epic=${hostile}`),
  ]);
  const outputs = [created, claimed, active, finished, ofTask, history, asJson, ...others];
  for (const { stdout, stderr } of outputs) {
    expect(stdout + stderr).not.toBe('');
    // The only control characters are line breaks between lines.
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  }
  expect(ofTask.stdout).toContain('T-E01-F01-9000  Sign [2J ]0;owned -in gpj.exe');
  expect(ofTask.stdout).toContain('ada [31m');
  expect(history.stdout).toContain('Sign [2J ]0;owned -in gpj.exe');
  // The stored text is unchanged, and JSON returns it unchanged.
  expect(JSON.parse(asJson.stdout).title).toBe(hostile);
});

describe('a reader that closes the pipe early', () => {
  it.each(['shark task list --limit=all', 'shark task list --limit=all --json'])(
    'gets its lines of %s, and the command exits with 0 and no error',
    async (line) => {
      const [written] = shell.rows('SELECT SUM(LENGTH(key) + LENGTH(title)) AS characters FROM tasks');
      expect(written?.characters).toBeGreaterThan(65_536);
      const { code, stdout, stderr } = await shell.type(`${line} | head -n 1; exit "\${PIPESTATUS[0]}"`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n')).toHaveLength(2);
    },
  );

  it('gets the exit code of a failed command', async () => {
    // The reader ends before the output starts.
    const { code, stdout } = await shell.type('exec 4> >(exec true); wait $!; shark task lst 2>&4');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it('a full output device is an error with exit code 2', async () => {
  expect(await shell.type('shark task list --limit=all > /dev/full')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Error: The output cannot be written: the disk is full\n',
  });
});
