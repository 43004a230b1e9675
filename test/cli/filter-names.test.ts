import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { type Board, openBoard } from '../support/board.ts';

/* A mistyped name in an option must be an error. Otherwise, the command would print an empty list. */

/** For each option that takes a name: a name that exists, a mistyped one, and the message for the mistyped one. */
const names: Readonly<Record<string, { right: string; wrong: string; message: string; code: string }>> = {
  '--epic': { right: 'E07', wrong: 'E77', message: "There is no epic 'E77'", code: 'EPIC_NOT_FOUND' },
  '--feature': {
    right: 'E07-F20',
    wrong: 'E07-F77',
    message: "There is no feature 'E07-F77'",
    code: 'FEATURE_NOT_FOUND',
  },
  '--phase': {
    right: 'development',
    wrong: 'developement',
    message: "There is no phase 'developement'. Did you mean 'development'?",
    code: 'BAD_USER_INPUT',
  },
  '--status': {
    right: 'in_development',
    wrong: 'in_developement',
    message: "There is no status 'in_developement'. Did you mean 'in_development'?",
    code: 'BAD_USER_INPUT',
  },
};

/** What a command needs besides its required arguments, for the option to have an effect. */
const companions: Readonly<Record<string, readonly string[]>> = { 'session abandon': ['--stale=4h'] };

const program = createProgram('1.2.3', async () => {});

function commandsIn(
  command: CommandUnknownOpts,
  path: readonly string[] = [],
): [string[], CommandUnknownOpts][] {
  return command.commands.flatMap((each) => {
    const here = [...path, each.name()];
    return each.commands.length > 0 ? commandsIn(each, here) : [[here, each]];
  });
}

const usage = (option: Option, value: string) => `${option.long}=${value}`;

/** Every option of every command that takes a name, as the arguments of a command line. */
const cases = commandsIn(program).flatMap(([path, command]) => {
  const required = [
    ...command.registeredArguments
      .filter((argument) => argument.required)
      .map((argument) => (argument.name() === 'task' ? 'T-E07-F20-001' : 'Words')),
    ...(companions[path.join(' ')] ?? []),
  ];
  return command.options.flatMap((option) => {
    const name = names[option.long ?? ''];
    if (name === undefined) return [];
    const others = command.options
      .filter((other) => other.mandatory && other !== option)
      .map((other) => usage(other, names[other.long ?? '']?.right ?? 'Words'));
    return [{ line: [...path, ...required, ...others, usage(option, name.wrong)], name }];
  });
});

describe.each(['on the file', 'against a server'] as const)('%s', (way) => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard(way);
    board.put('T-E07-F20-001');
  });
  afterAll(() => board[Symbol.asyncDispose]());

  it.each([
    ...cases,
    ...['task next --claim --agent=ada --epic=E77', 'task sessions --stats --epic=E77'].map((line) => ({
      line: line.split(' '),
      name: names['--epic'],
    })),
    ...['', '--active', '--export=csv'].map((option) => ({
      line: ['task', 'sessions', 'T-E07-F20-077', ...(option === '' ? [] : [option])],
      name: { message: "There is no task 'T-E07-F20-077'", code: 'TASK_NOT_FOUND' },
    })),
  ])('shark $line is refused', async ({ line, name }) => {
    const text = await board.shark(...line);
    expect(text).toMatchObject({ code: 1, stdout: '' });
    // With a server, `watch` says first that it is connected.
    expect(text.stderr).toMatch(/^(?:Watching .*\n)?Error: .*\n$/);
    expect(text.stderr).toContain(name?.message);
    const { stderr } = await board.shark(...line, '--json');
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    // The mutation that creates tasks returns the error as data, which has another code.
    expect([name?.code, 'INVALID_INPUT']).toContain(error.code);
  });
});

describe('an unknown agent', () => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard('on the file');
    board.put('T-E07-F20-001');
    board.change("UPDATE tasks SET agent_type = 'backend'");
    board.record({ key: 'T-E07-F20-001', agentId: 'ada', startedAt: '2026-01-10T10:00:00Z', minutes: 5 });
  });
  afterAll(() => board[Symbol.asyncDispose]());

  it.each([
    ['task sessions --agent=?', 'ada'],
    ['task sessions --agent=? --since=2027-01-01', 'ada'],
    ['task sessions --stats --agent=?', 'ada'],
    ['task sessions --export=csv --agent=?', 'ada'],
    ['session abandon --stale=4h --agent=?', 'ada'],
    ['analytics phase-duration --agent=?', 'ada'],
    ['analytics agent-performance --agent=?', 'ada'],
    ['task list --agent-type=?', 'backend'],
    ['analytics aging --agent=?', 'backend'],
    ['analytics aging --agent=? --phase=qa', 'backend'],
  ])('is named on standard error, and is no error: shark %s', async (line, known) => {
    const { code, stderr } = await board.shark(...line.replace('?', 'typo').split(' '));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        known === 'ada'
          ? "No session of agent 'typo' was ever recorded.\n"
          : "No task is planned for agents of type 'typo'.\n",
    });
    for (const name of readdirSync(board.folder).filter((each) => each.endsWith('.csv')))
      rmSync(join(board.folder, name));
    const found = await board.shark(...line.replace('?', known).split(' '));
    expect(found.code).toBe(0);
    expect(found.stderr).not.toMatch(/^No /m);
  });
});

it('covers every command that lists, counts or watches work', () => {
  expect([...new Set(cases.map(({ line }) => line.slice(0, 2).join(' ')))]).toEqual(
    expect.arrayContaining([
      'task list',
      'task sessions',
      'task next',
      'session abandon',
      'analytics phase-duration',
      'analytics agent-performance',
      'analytics bottlenecks',
      'analytics aging',
      'watch --epic=E77',
    ]),
  );
});
