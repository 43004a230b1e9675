import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Board, openBoard } from '../support/board.ts';
import { temporaryFolder } from '../support/shark-databases.ts';
import type { Settings } from '../support/shell.ts';

/* A command prints the same on the file and on a server for that file. */

const one = 'T-E07-F20-001';
const two = 'T-E07-F20-002';
const three = 'T-E07-F20-003';

let board: Board;
beforeAll(async () => {
  board = await openBoard('against a server');
  board.put(one, 'ready_for_code_review');
  board.put(two, 'completed');
  board.put(three);
  board.change(`UPDATE tasks SET title = 'Grüße 🦈 "an" ' || char(27) || '[31malle', execution_order = 3 WHERE key = '${three}';
    INSERT INTO task_history (task_id, old_status, new_status, agent, notes, timestamp)
      SELECT id, 'in_development', 'ready_for_code_review', 'backend', 'API complete', '2026-01-11 10:30:00'
      FROM tasks WHERE key = '${one}';
    UPDATE tasks SET created_at = '2026-01-12 08:00:00' WHERE key = '${two}';
    INSERT INTO task_history (task_id, old_status, new_status, timestamp)
      SELECT id, old_status, new_status, timestamp FROM tasks, (
        SELECT 'draft' AS old_status, 'ready_for_qa' AS new_status, '2026-01-12 09:00:00' AS timestamp
        UNION ALL SELECT 'ready_for_qa', 'in_qa', '2026-01-12 10:00:00'
        UNION ALL SELECT 'in_qa', 'completed', '2026-01-12 10:07:00') WHERE key = '${two}';
    INSERT INTO task_notes (task_id, note_type, content, created_by, created_at)
      SELECT id, 'rejection', 'Tests missing', 'rita', '2026-01-11 09:00:00' FROM tasks WHERE key = '${one}'`);
  board.record(
    { key: one, agentId: 'backend', startedAt: '2026-01-10T10:00:00Z', minutes: 12.5, outcome: 'rejected' },
    { key: one, agentId: 'backend', startedAt: '2026-01-11T10:00:00Z', minutes: 30, notes: 'API\ncomplete' },
    {
      key: two,
      agentId: 'rita',
      agentType: 'qa',
      phase: 'qa',
      startedAt: '2026-01-12T10:00:00Z',
      minutes: 7,
    },
    { key: two, agentId: 'ada', startedAt: '2026-01-13T10:00:00Z', minutes: 90, outcome: 'abandoned' },
  );
});
afterAll(() => board[Symbol.asyncDispose]());

/** Runs the line without a server if `SHARK_URL` is undefined. */
async function bothWays(line: string) {
  const file = { SHARK_URL: '', DATABASE_URL: `file:${board.databaseFile}` };
  const [overServer, onFile] = await Promise.all([board.type(line), board.type(line, file)]);
  return { overServer, onFile };
}

describe.each([
  'shark task list',
  `shark task history ${one}`,
  `shark task sessions ${one}`,
  'shark task sessions',
  'shark task sessions --stats',
  'shark task next',
  'shark analytics phase-duration --since=2026-01-01',
  'shark analytics agent-performance',
  'shark analytics bottlenecks',
  'shark workflow list',
  'shark epic list',
])('%s', (line) => {
  it.each([line, `${line} --json`])('prints the same on the file and on a server: %s', async (typed) => {
    const { overServer, onFile } = await bothWays(typed);

    expect(overServer).toMatchObject({ code: 0, stderr: '' });
    expect(overServer.stdout).not.toMatch(/^No |: \[\]\n\}/);
    expect(onFile).toEqual(overServer);
  });
});

it.each(['shark analytics aging', 'shark analytics aging --json'])(
  'prints the same except for the ages: %s',
  async (line) => {
    const { overServer, onFile } = await bothWays(line);
    // Time passes between the two runs.
    // Includes the spaces before it, because the width differs between 9 and 10 seconds.
    const withoutAges = (text: string) => text.replaceAll(/("\w+_minutes": )[\d.]+| *\b\d+[dhms]\b/g, '$1…');

    expect(overServer).toMatchObject({ code: 0, stdout: expect.stringContaining(three), stderr: '' });
    expect({ ...onFile, stdout: withoutAges(onFile.stdout) }).toEqual({
      ...overServer,
      stdout: withoutAges(overServer.stdout),
    });
  },
);

it('exports the same file', async () => {
  const exported = async (settings: Settings) => {
    const folder = temporaryFolder();
    const ended = await board.type('shark task sessions --export=csv', settings, folder);
    const [name = ''] = readdirSync(folder);
    return {
      ...ended,
      stdout: ended.stdout.replace(name, 'FILE'),
      file: readFileSync(join(folder, name), 'utf8'),
    };
  };
  const overServer = await exported({});
  const onFile = await exported({ SHARK_URL: '', DATABASE_URL: `file:${board.databaseFile}` });

  expect(overServer).toMatchObject({ code: 0, stderr: '' });
  expect(overServer.stdout).toContain('FILE');
  expect(overServer.file).toContain('"API\ncomplete"');
  expect(onFile).toEqual(overServer);
});
