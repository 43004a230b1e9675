import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Board, openBoard } from '../support/board.ts';
import { failureOf } from '../support/shark-answers.ts';
import { ways } from '../support/shell.ts';

/* Errors about the state of the data: one line of text and an exit code. */

const key = 'T-E07-F20-001';
const unknown = 'T-E07-F20-999';

describe.each(ways)('%s', (way) => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard(way);
  });
  afterAll(() => board[Symbol.asyncDispose]());
  beforeEach(() => board.put(key));

  const noSuchTask = `There is no task '${unknown}'`;

  it.each([
    `task claim ${unknown}`,
    `task finish ${unknown}`,
    `task reject ${unknown} --reason="..."`,
    `task block ${unknown} --reason="..."`,
    `task unblock ${unknown}`,
    `task history ${unknown}`,
    `task sessions ${unknown}`,
    `task sessions ${unknown} --active`,
    `task sessions ${unknown} --export=csv`,
  ])('reports an unknown task: shark %s', async (line) => {
    expect(await board.type(`shark ${line}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Error: ${noSuchTask}. Check the key, or list the tasks with 'shark task list'. See docs/troubleshooting.md#task_not_found\n`,
    });
    expect(readdirSync(board.folder).filter((name) => name.startsWith('sessions-'))).toEqual([]);
  });

  it('returns the key of the unknown task with --json', async () => {
    expect(failureOf(await board.type(`shark task claim ${unknown} --json`))).toMatchObject({
      exitCode: 1,
      code: 'TASK_NOT_FOUND',
      message: noSuchTask,
      details: { task_key: unknown },
    });
  });

  it.each([
    ['session abandon TaskSession:99', 'SESSION_NOT_FOUND', 'There is no session 99'],
    ['session heartbeat 99', 'SESSION_NOT_FOUND', 'There is no session 99'],
    [`task finish ${key} --session=99`, 'SESSION_NOT_FOUND', `There is no session 99 of task ${key}`],
    ['session abandon yesterday', 'BAD_USER_INPUT', "'yesterday' is not an ID"],
    ['task claim somewhat', 'INVALID_INPUT', "the task key 'somewhat' is not a key"],
    [`task reject ${key} --reason=" "`, 'INVALID_INPUT', '--reason is blank'],
  ])('reports invalid or unknown IDs and keys: shark %s', async (line, code, message) => {
    const failure = failureOf(await board.type(`shark ${line} --json`));

    expect(failure).toMatchObject({ exitCode: 1, code });
    expect(failure.message).toMatch(new RegExp(`^${message}`));
    expect(board.statusOf(key)).toBe('ready_for_development');
  });

  it.each([
    [`task finish ${key}`, 'ready_for_development', []],
    [`task reject ${key} --reason="..."`, 'completed', []],
    [`task block ${key} --reason="..."`, 'ready_for_qa', []],
    [`task unblock ${key}`, 'in_development', []],
    [`task claim ${key}`, 'completed', []],
    [`task reject ${key} --reason="..." --to=in_qa`, 'in_development', ['ready_for_refinement']],
  ])('rejects a move that the status does not allow: shark %s in %s', async (line, status, allowed) => {
    board.put(key, status);

    expect(failureOf(await board.type(`shark ${line} --json`))).toMatchObject({
      exitCode: 3,
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining(`'${status}'`),
      details: { current_status: status, allowed_transitions: allowed },
    });
    expect(board.statusOf(key)).toBe(status);
    expect(board.sessionsOf(key)).toEqual([]);
  });

  it('prints one line for a move that the status does not allow', async () => {
    expect(await board.type(`shark task finish ${key}`)).toEqual({
      code: 3,
      stdout: '',
      stderr: `Error: Task ${key} cannot be finished in status 'ready_for_development'. No agent works on the task. Claim it with 'shark task claim' first\n`,
    });
  });

  it('creates no export file in a folder without write access', async () => {
    board.record({ key, agentId: 'backend', startedAt: '2026-01-11T10:00:00Z', minutes: 30 });
    // Even root cannot create files in this folder.
    const line = 'shark task sessions --export=csv';

    expect(await board.type(line, {}, '/proc')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^Error: The file sessions-[-T\d]+\.csv cannot be written: its folder takes no files\. Choose another folder\. See docs\/troubleshooting\.md#file\n$/,
      ),
    });
    expect(failureOf(await board.type(`${line} --json`, {}, '/proc'))).toMatchObject({
      exitCode: 2,
      code: 'FILE',
    });
  });
});
