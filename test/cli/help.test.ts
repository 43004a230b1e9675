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

  it.each([
    [['help', 'task', 'claim'], 'shark task claim [options] <task>'],
    [['task', 'help', 'claim'], 'shark task claim [options] <task>'],
    [['help', 'task', 'get'], 'shark task show|get [options] <task>'],
    [['help', 'session', 'abandon'], 'shark session abandon [options] [session]'],
    [['help', 'analytics', 'aging'], 'shark analytics aging [options]'],
    [['help', 'serve'], 'shark serve [options]'],
    [['help', 'complete'], 'shark complete [options] [shell]'],
    [['help', 'help'], 'shark help [options] [command...]'],
    [['--help', 'task'], 'shark task [options] [command]'],
    [['-h', 'task', 'claim'], 'shark task claim [options] <task>'],
  ])('is the help of the named command: shark %j', async (args, usage) => {
    const { code, stdout, stderr } = await shell.shark(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(`Usage: ${usage}`);
  });

  it('exists for every command', async () => {
    const { stdout } = await shell.shark('help', 'task');
    const names = [...stdout.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)?(?: [[<]|  )/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names)
      expect(await shell.shark('help', 'task', name)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^Usage: shark task ${name}\\b`)),
      });
  });

  it.each([
    [['help', 'tsk'], "unknown command 'tsk' (Did you mean task?). 'shark --help'"],
    [['help', 'task', 'clam'], "unknown command 'clam' (Did you mean claim?). 'shark task --help'"],
    [['help', 'task', 'claim', 'x'], "'claim' has no subcommand 'x'. 'shark task claim --help'"],
    [
      ['help', 'heartbeat'],
      "unknown command 'heartbeat' (Did you mean 'shark session heartbeat'?). 'shark --help'",
    ],
  ])('is refused for an unknown command: shark %j', async (args, said) => {
    expect(await shell.shark(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `Error: ${said} shows the usage\n`,
    });
  });

  it('shows the options and an example of a command', async () => {
    const { code, stdout, stderr } = await shell.shark('task', 'claim', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: shark task claim \[options\] <task>\n/);
    for (const option of ['--agent <name>', '--agent-type <type>', '--idempotency-key <key>', '--json'])
      expect(stdout).toContain(`  ${option}`);
    expect(stdout).toContain('\nExample:\n  shark task claim T-E07-F20-001 --agent=backend\n');
  });

  it.each([
    ['finish', 'A task in a queue (ready_for_*) cannot be finished'],
    ['reject', 'is rejected with a warning, also in a queue (ready_for_*)'],
  ])('of %s says what happens to a task that no agent works on', async (command, text) => {
    expect((await shell.shark('task', command, '--help')).stdout.replaceAll('\n', ' ')).toContain(text);
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

it.each(['--version', '-V', 'version'])('prints the version of the package: shark %s', async (how) => {
  expect(await shell.shark(how)).toEqual({
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
    {
      args: ['claim', 'T-1'],
      said: "unknown command 'claim' (Did you mean 'shark task claim'?). 'shark --help'",
    },
    { args: ['show'], said: "unknown command 'show' (Did you mean 'shark task show'?). 'shark --help'" },
    {
      args: ['ls'],
      said: "unknown command 'ls' (Did you mean 'shark task list' or 'shark epic list' or 'shark workflow list'?). 'shark --help'",
    },
    { args: ['tasks'], said: "unknown command 'tasks' (Did you mean task?). 'shark --help'" },
    {
      args: ['task', 'E07-F20-001'],
      said: "unknown command 'E07-F20-001' (Did you mean 'shark task show'?). 'shark task --help'",
    },
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
        message: "unknown command 'lst' (Did you mean one of list, ls?). 'shark task --help' shows the usage",
        suggestion: null,
        details: {},
      },
    });
  });
});
