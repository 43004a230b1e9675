import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { failureOf } from '../support/shark-answers.ts';
import { openShell, type Shell } from '../support/shell.ts';

/* These errors occur before any request, so they are the same on the file and on a server. */

let shell: Shell;
beforeAll(async () => {
  shell = await openShell('on the file');
});
afterAll(() => shell[Symbol.asyncDispose]());

const cases: readonly (readonly [line: string, message: string, help?: string])[] = [
  ['task sessions --activ', "unknown option '--activ' (Did you mean --active?)", 'task sessions'],
  ['task sesions', "unknown command 'sesions' (Did you mean sessions?)", 'task'],
  ['tusk list', "unknown command 'tusk' (Did you mean task?)", ''],
  ['task list --fo\u001B[31mo', "unknown option '--fo [31mo'", 'task list'],
  ['task claim', "missing required argument 'task'", 'task claim'],
  ['task sessions A B', "too many arguments for 'sessions'. Expected 1 argument but got 2", 'task sessions'],
  ['task reject T-E07-F20-001', "required option '--reason <text>' not specified", 'task reject'],
  ['task block T-E07-F20-001', "required option '--reason <text>' not specified", 'task block'],
  ['task create "Title"', "required option '--feature <key>' not specified", 'task create'],
  [
    'task sessions --active --stale=4x',
    "option '--stale <duration>' argument '4x' is invalid. '4x' is not a duration: write it like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    'task sessions',
  ],
  [
    'analytics phase-duration --since=tomorrow',
    `option '--since <when>' argument 'tomorrow' is invalid. "tomorrow" is not a time. Write it like '2026-01-11T10:00:00Z', '2026-01-11', 'today', 'yesterday' (each the start of that day in UTC), 'now', or a duration before now like '7d' or '24h'`,
    'analytics phase-duration',
  ],
  [
    'task sessions --export=xls',
    "option '--export <format>' argument 'xls' is invalid. Allowed choices are csv",
    'task sessions',
  ],
  [
    'task list --limit=0',
    "option '--limit <count>' argument '0' is invalid. Write a whole number from 1, or all",
    'task list',
  ],
  [
    'task sessions --stats --stale=4h',
    "option '--stats' cannot be used with option '--stale <duration>'",
    'task sessions',
  ],
  [
    'task sessions --export=csv --limit=5',
    "option '--export <format>' cannot be used with option '--limit <count>'",
    'task sessions',
  ],
];

it.each(cases)('rejects invalid arguments: shark %s', async (line, message, help) => {
  expect(await shell.type(`shark ${line}`)).toEqual({
    code: 2,
    stdout: '',
    stderr: `Error: ${message}. '${['shark', help].filter(Boolean).join(' ')} --help' shows the usage\n`,
  });
});

it.each([
  ['task sessions --activ', /Did you mean --active/],
  ['task reject T-E07-F20-001', /--reason <text>/],
  ['session abandon', /^Give either a session, for example TaskSession:42, or --stale=4h/],
])('prints the error as JSON with --json: shark %s', async (line, message) => {
  const failure = failureOf(await shell.type(`shark ${line} --json`));

  expect(failure).toMatchObject({ exitCode: 2, code: 'USAGE', suggestion: null, details: {} });
  expect(failure.message).toMatch(message);
});

it.each([
  [
    'task sessions T-E07-F20-001 --stats',
    '--stats covers many tasks: leave out the task, and filter with --feature or --epic',
  ],
  [
    'analytics aging --since=2026-01-01',
    "'shark analytics aging' always shows the current state. Leave out --since",
  ],
])('rejects arguments that do not fit together: shark %s', async (line, message) => {
  expect(await shell.type(`shark ${line}`)).toEqual({ code: 2, stdout: '', stderr: `Error: ${message}\n` });
});

it('creates no database for invalid arguments', () => {
  expect(readdirSync(shell.folder)).toEqual([]);
});

it('rejects a claim without an agent', async () => {
  await using other = await openShell('on the file');
  await other.type('shark epic create "Sign-in"');

  expect(await other.type('shark task claim T-E07-F20-001', { USER: '' })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Error: No agent is given: write for example --agent=backend, or set SHARK_AGENT_TYPE\n',
  });
});
