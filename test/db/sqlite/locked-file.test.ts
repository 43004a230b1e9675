import { expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { expectFault, workOn } from '../../support/acknowledged.ts';
import { testApp } from '../../support/app.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/received.ts';
import { open } from '../../support/shark-databases.ts';
import { createTasks } from '../../support/tasks.ts';

const changedSession = /^(insert|update)/i;

it('with a locked file, all writes wait at the same time, reads succeed meanwhile, and writes succeed after the unlock', async () => {
  await using app = await testApp({ clock: systemClock });
  const taskKeys = await createTasks(app, Array<string>(20).fill('ready_for_development'));
  const [first = ''] = taskKeys;
  const work = workOn(app.config.databaseFile, app.post);
  await using changes = await openEventStream(app.fetch, 'http://test/graphql', SessionChangedDocument);
  const other = open(app.config.databaseFile);
  other.exec('BEGIN IMMEDIATE');
  app.statements.length = 0;

  const began = performance.now();
  const claims = Promise.all(taskKeys.map(work.claim));
  expect((await app.post(`{ task(key: "${first}") { status } }`)).data).toEqual({
    task: { status: 'ready_for_development' },
  });
  const answers = await claims;

  for (const answer of answers) expect(expectFault(answer, 'DATABASE_BUSY')).toContain('Nothing was changed');
  // If the writes waited one after the other, this would take 100 seconds.
  expect(performance.now() - began).toBeLessThan(9_000);
  expect(app.statements.filter((sql) => changedSession.test(sql))).toEqual([]);
  other.exec('COMMIT');
  await work.expectRecovered(first);
  expect((await changes.next()).sessionChanged).toMatchObject({ change: 'OPENED' });
});

it('a locked file does not prevent the server from stopping within ten seconds', async () => {
  await using app = await testApp({ clock: systemClock });
  const taskKeys = await createTasks(app, Array<string>(20).fill('ready_for_development'));
  const work = workOn(app.config.databaseFile, app.post);
  await app.start();
  const other = open(app.config.databaseFile);
  other.exec('BEGIN IMMEDIATE');
  app.statements.length = 0;
  const claims = Promise.all(taskKeys.map(work.claim));
  await eventually('a claim waits', () => app.statements.includes('BEGIN IMMEDIATE'));

  const began = performance.now();
  await app.stop();

  expect(performance.now() - began).toBeLessThan(10_000);
  for (const answer of await claims) expectFault(answer, 'DATABASE_BUSY');
  other.exec('COMMIT');
  work.expectSound();
});
