import { expect, it } from 'vitest';
import { createSharkDatabase, open } from '../support/shark-databases.ts';
import { answerOf, movedAnswer, sessionsAnswer } from '../support/shark-answers.ts';
import { openShell, ways } from '../support/shell.ts';

const noTable = expect.stringContaining('no task_sessions table');

it.each(ways)('moves tasks on a database without the table of sessions: %s', async (way) => {
  const file = createSharkDatabase('recent');
  const database = open(file);
  database.exec(`UPDATE tasks SET status = 'ready_for_development' WHERE id = 1`);
  const key = database.prepare<[], string>('SELECT key FROM tasks WHERE id = 1').pluck().get();
  await using shell = await openShell(way, { DATABASE_URL: `file:${file}`, MIGRATE: 'off' });

  const claimed = await shell.type(`shark task claim ${key} --agent=backend --json`);
  expect(answerOf(movedAnswer, claimed)).toMatchObject({
    status: 'in_development',
    session: null,
    warnings: [noTable],
  });
  expect(await shell.type(`shark task finish ${key}`)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Warning: .*no task_sessions table.*\n$/),
  });

  expect(database.prepare('SELECT status FROM tasks WHERE id = 1').get()).toEqual({
    status: 'ready_for_code_review',
  });
  const listed = await shell.type('shark task sessions --active --stale=4h --json');
  expect(answerOf(sessionsAnswer, listed)).toEqual({ session_count: 0, sessions: [] });
});
