import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from '../support/shell.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openShell('on the file');
  await shell.shark('epic', 'create', 'Sign-in');
  shell.change(`
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Tokens', 'active');
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < 9)
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT 1, printf('T-E01-F01-%03d', value), 'Work', 'ready_for_development' FROM number`);
});
afterAll(() => shell[Symbol.asyncDispose]());

describe('the default agent', () => {
  it.each<{
    number: number;
    settings: Record<string, string>;
    agent: string;
    type: string | null;
    who: string;
  }>([
    { number: 1, settings: {}, agent: 'sam', type: null, who: 'the user' },
    {
      number: 2,
      settings: { SHARK_AGENT_TYPE: 'backend' },
      agent: 'backend',
      type: 'backend',
      who: 'the agent that SHARK_AGENT_TYPE names',
    },
    {
      number: 3,
      settings: { SHARK_AGENT_TYPE: '  ' },
      agent: 'sam',
      type: null,
      who: 'the user if SHARK_AGENT_TYPE is blank',
    },
    {
      number: 7,
      settings: { SHARK_AGENT_TYPE: 'backend\r' },
      agent: 'backend',
      type: 'backend',
      who: 'the agent that SHARK_AGENT_TYPE names, without a Windows line end',
    },
  ])('is $who', async ({ number, settings, agent, type }) => {
    const { code, stdout } = await shell.type(`shark task claim T-E01-F01-00${number} --json`, settings);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).session).toMatchObject({ agent_id: agent, agent_type: type });
  });

  it('must be given if the user is unknown', async () => {
    const { code, stdout, stderr } = await shell.type('shark task claim T-E01-F01-004', { USER: '' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: No agent is given: [^\n]+\n$/);
    expect(shell.rows(`SELECT status FROM tasks WHERE key = 'T-E01-F01-004'`)).toEqual([
      { status: 'ready_for_development' },
    ]);
  });
});

describe('the exit code', () => {
  it.each([
    { what: 'the command succeeds', line: 'shark task list', code: 0 },
    { what: 'the request is rejected', line: 'shark task claim T-E01-F01-005 --agent=" "', code: 1 },
    { what: 'the task does not exist', line: 'shark task history T-E99-F01-001', code: 1 },
    { what: 'an argument is invalid', line: 'shark task list --limit=none', code: 2 },
    { what: 'the status does not allow the move', line: 'shark task unblock T-E01-F01-006', code: 3 },
  ])('is $code when $what', async ({ line, code }) => {
    const ended = await shell.type(line);
    expect(ended.code).toBe(code);
    if (code === 0) expect(ended.stderr).toBe('');
    else expect(ended).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^Error: [^\n]+\n$/) });
  });
});

describe('invalid settings', () => {
  it.each<{ settings: Record<string, string>; code: string; said: string }>([
    { settings: { SHARK_URL: 'localhost:4000' }, code: 'SETTINGS', said: "SHARK_URL is 'localhost:4000'" },
    { settings: { SHARK_URL: 'nowhere' }, code: 'SETTINGS', said: "SHARK_URL is 'nowhere'" },
    {
      settings: { SHARK_URL: 'http://127.0.0.1:4000', SHARK_TOKEN: 'one two' },
      code: 'SETTINGS',
      said: 'SHARK_TOKEN has characters that no token has',
    },
    { settings: { DATABASE_URL: 'postgres://x' }, code: 'SETTINGS', said: 'DATABASE_URL' },
    { settings: { DATABASE_URL: 'file:./none/shark.db' }, code: 'NO_DATABASE', said: 'There is no database' },
    { settings: { DATABASE_URL: 'file:./no-database' }, code: 'DATABASE', said: 'no-database' },
    { settings: { WORKFLOW_CONFIG: './no-database' }, code: 'SETTINGS', said: 'no-database' },
    { settings: { WORKFLOW_CONFIG: './none.json' }, code: 'SETTINGS', said: 'none.json' },
  ])('are named in the error: $settings', async ({ settings, code, said }) => {
    writeFileSync(join(shell.folder, 'no-database'), 'neither database nor workflow '.repeat(100));
    const ended = await shell.type('shark task list --json', settings);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(ended.stderr).error).toMatchObject({
      code,
      message: expect.stringContaining(said),
      suggestion: null,
    });
  });
});
