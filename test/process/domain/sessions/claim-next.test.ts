import { expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../../src/client/client.ts';
import { ClaimNextTaskDocument } from '../../../../src/client/generated/graphql.ts';
import { testApp } from '../../../support/app.ts';
import { agents, everybodyHoldsOne, handedOut, holders } from '../../../support/fifty-agents.ts';
import { sharkFile } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { createTasks } from '../../../support/tasks.ts';

it('claimNextTask returns a different task to each agent with two server processes on one file', {
  timeout: 60_000,
}, async () => {
  await using app = await testApp();
  const taskKeys = await createTasks(app, Array<string>(50).fill('ready_for_development'));
  const settings = { DATABASE_URL: `file:${app.config.databaseFile}`, LOG_LEVEL: 'fatal' };
  const servers = await Promise.all([
    startServerProcess(settings, sharkFile),
    startServerProcess(settings, sharkFile),
  ]);
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.kill()));
  });
  const clients = servers.map(({ url }) => createClient({ url }));

  const answers = await Promise.all(
    agents.flatMap((agentId, number) => {
      const client = clients[number % clients.length];
      return client === undefined ? [] : [client.send(ClaimNextTaskDocument, { input: { agentId } })];
    }),
  );

  expect(handedOut(answers.map(({ claimNextTask: answer }) => answer))).toEqual(taskKeys);
  expect(holders(app)).toEqual(everybodyHoldsOne);
  expect(app.rows('SELECT opened_revision FROM task_sessions ORDER BY 1')).toEqual(
    agents.map((_, index) => ({ opened_revision: index + 1 })),
  );
});
