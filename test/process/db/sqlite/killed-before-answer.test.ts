import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { UnreachableError } from '../../../../src/client/answer.ts';
import { createClient } from '../../../../src/client/client.ts';
import { ClaimTaskDocument } from '../../../../src/client/generated/graphql.ts';
import { testApp } from '../../../support/app.ts';
import { databaseContradictions } from '../../../support/database-contradictions.ts';
import { sharkFile } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { open, temporaryFolder } from '../../../support/shark-databases.ts';
import { createTasks } from '../../../support/tasks.ts';

const killer = fileURLToPath(new URL('kill-after-commit.ts', import.meta.url));

it('a server that is killed between a commit and its answers keeps what it acknowledged, and each claim is made once', {
  timeout: 60_000,
}, async () => {
  await using app = await testApp();
  const taskKeys = await createTasks(app, Array<string>(12).fill('ready_for_development'));
  const [first = '', ...others] = taskKeys;
  const killWhenExists = join(temporaryFolder(), 'kill');
  const settings = { DATABASE_URL: `file:${app.config.databaseFile}`, LOG_LEVEL: 'fatal' };
  const killed = await startServerProcess(
    { ...settings, KILL_WHEN_EXISTS: killWhenExists, NODE_OPTIONS: `--import tsx --import ${killer}` },
    sharkFile,
  );
  onTestFinished(() => killed.kill());
  const claimAt = (url: string) => (taskKey: string) =>
    createClient({ url }).send(ClaimTaskDocument, {
      input: { taskKey, agentId: `agent of ${taskKey}`, idempotencyKey: taskKey },
    });

  expect(await claimAt(killed.url)(first)).toMatchObject({ claimTask: { session: { id: 'TaskSession:1' } } });
  writeFileSync(killWhenExists, '');
  const lost = await Promise.allSettled(others.map(claimAt(killed.url)));
  for (const answer of lost)
    expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(UnreachableError) });

  const database = open(app.config.databaseFile);
  const sessions = () =>
    database
      .prepare(
        `SELECT task.key AS taskKey, 'TaskSession:' || session.id AS id
         FROM task_sessions session JOIN tasks task ON task.id = session.task_id ORDER BY session.id`,
      )
      .all();
  const committed = sessions();
  // The group that was committed is whole.
  expect(committed.length).toBeGreaterThan(1);
  expect(databaseContradictions(database)).toEqual([]);

  const restarted = await startServerProcess(settings, sharkFile);
  onTestFinished(() => restarted.kill());
  const answers = await Promise.all(taskKeys.map(claimAt(restarted.url)));
  expect(sessions().slice(0, committed.length)).toEqual(committed);
  expect(sessions()).toHaveLength(12);
  expect(sessions()).toEqual(
    expect.arrayContaining(
      answers.map(({ claimTask }) => {
        if (claimTask.__typename !== 'ClaimTaskPayload') throw new Error(claimTask.__typename);
        return { taskKey: claimTask.task.key, id: claimTask.session?.id };
      }),
    ),
  );
  expect(databaseContradictions(database)).toEqual([]);
});
