import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from '../support/shell.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell('on the file');
});
afterAll(() => shell[Symbol.asyncDispose]());

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('groups the commands: shark %s', async (...args) => {
    const { code, stdout, stderr } = await shell.shark(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const groups = ['Work on tasks:', 'Watch sessions:', 'Analyze:', 'Plan work:', 'Run the server:'];
    const places = groups.map((group) => stdout.indexOf(`\n${group}\n`));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    for (const [group, command] of [
      ['Work on tasks:', 'task'],
      ['Watch sessions:', 'watch'],
      ['Analyze:', 'analytics'],
      ['Plan work:', 'workflow'],
      ['Run the server:', 'serve'],
    ])
      expect(stdout).toMatch(new RegExp(`\n${group}\n(?: .*\n)*? {2}${command} `));
    expect(stdout).toContain('shark task claim T-E07-F20-001 --agent=backend');
    expect(stdout).toContain('SHARK_URL');
    expect(stdout).toContain('Exit codes: 0 done; 1 rejected, or not found;');
  });

  it.each([
    ['task', '--help'],
    ['help', 'task'],
  ])('groups the commands of shark task: shark %s %s', async (...args) => {
    const { code, stdout, stderr } = await shell.shark(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\nWork on tasks:\n(?: .*\n)* {2}claim .*\n(?: .*\n)*\nView tasks:\n/);
    expect(stdout).toMatch(/\nView tasks:\n {2}sessions /);
    expect(stdout).toMatch(/\nPlan work:\n {2}create /);
  });

  it('shows the options and an example of a command', async () => {
    const { code, stdout, stderr } = await shell.shark('task', 'claim', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: shark task claim \[options\] <task>\n/);
    for (const option of ['--agent <name>', '--agent-type <type>', '--idempotency-key <key>', '--json'])
      expect(stdout).toContain(`  ${option}`);
    expect(stdout).toContain('\nExample:\n  shark task claim T-E07-F20-001 --agent=backend\n');
  });

  it('works for a command without its required options', async () => {
    const { code, stdout } = await shell.shark('task', 'reject', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--reason <text>');
  });

  it('needs no database and creates none', async () => {
    await shell.shark('epic', 'create', '--help');
    await expect(shell.shark('epic', 'list')).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no database'),
    });
  });
});

it('prints the version of the package', async () => {
  expect(await shell.shark('--version')).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

describe('invalid arguments', () => {
  it.each([
    { args: [], where: 'shark' },
    { args: ['task'], where: 'shark task' },
    { args: ['analytics'], where: 'shark analytics' },
  ])(
    'without a command print the help of $where on standard error, and exit with 2',
    async ({ args, where }) => {
      const { code, stdout, stderr } = await shell.shark(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`Usage: ${where} [options] [command]`);
      expect(stderr).toMatch(/\nError: A command is missing\. '[^']+ --help' shows the usage\n$/);
      expect(stderr).toContain(`'${where} --help'`);
    },
  );

  it.each([
    { args: ['tsk'], said: "unknown command 'tsk' (Did you mean task?). 'shark --help'" },
    {
      args: ['task', 'clam', 'T-1'],
      said: "unknown command 'clam' (Did you mean claim?). 'shark task --help'",
    },
    {
      args: ['task', 'sessions', '--stal=4h'],
      said: "unknown option '--stal=4h' (Did you mean --stale?). 'shark task sessions --help'",
    },
    { args: ['task', 'claim'], said: "missing required argument 'task'. 'shark task claim --help'" },
    {
      args: ['task', 'claim', 'T-1', '--agent'],
      said: "option '--agent <name>' argument missing. 'shark task claim --help'",
    },
    {
      args: ['task', 'claim', 'T-1', 'T-2'],
      said: "too many arguments for 'claim'. Expected 1 argument but got 2. 'shark task claim --help'",
    },
  ])('print one line with the right help command: shark $args', async ({ args, said }) => {
    expect(await shell.shark(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `Error: ${said} shows the usage\n`,
    });
  });

  it('print JSON with --json', async () => {
    const { code, stdout, stderr } = await shell.shark('task', 'lst', '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'USAGE',
        message: "unknown command 'lst' (Did you mean list?). 'shark task --help' shows the usage",
        suggestion: null,
        details: {},
      },
    });
  });
});
