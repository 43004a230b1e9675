import { expect, it } from 'vitest';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { expectFault, workOn } from '../../support/acknowledged.ts';
import { testApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  abandonStaleSessions,
  claimNextTask,
  finishTask,
  heartbeatSession,
} from '../../support/mutations.ts';
import { eventually } from '../../support/received.ts';
import { createSharkDatabase, open } from '../../support/shark-databases.ts';
import { createTasks } from '../../support/tasks.ts';

it('with MIGRATE=off, mutations of sessions report that the session does not exist, and claims still work', async () => {
  await using app = await testApp({
    config: { databaseFile: createSharkDatabase('recent'), migrate: false },
  });
  await createTasks(app, ['ready_for_development']);

  expect(await claimNextTask(app, { agentId: 'agent', idempotencyKey: 'once' })).toMatchObject({
    __typename: 'ClaimNextTaskPayload',
    session: null,
    warnings: expect.arrayContaining([expect.stringContaining('no task_sessions table')]),
  });
  expect(await heartbeatSession(app, 'TaskSession:1')).toMatchObject({ __typename: 'SessionNotFoundError' });
  expect(await abandonSession(app, { sessionId: 'TaskSession:1' })).toMatchObject({
    __typename: 'SessionNotFoundError',
  });
  expect(await finishTask(app, { taskKey: 'T-E01-F01-004', sessionId: 'TaskSession:1' })).toMatchObject({
    __typename: 'SessionNotFoundError',
  });
  expect(await abandonStaleSessions(app, { staleAfter: '4h' })).toMatchObject({
    __typename: 'AbandonStaleSessionsPayload',
  });
});

it('with MIGRATE=off, the export of sessions has only the header', async () => {
  await using app = await testApp({
    config: { databaseFile: createSharkDatabase('recent'), migrate: false },
  });
  const file = await app.fetch('http://test/export/sessions.csv?bom=off');
  expect(file.status).toBe(200);
  expect((await file.text()).trimEnd().split('\r\n')).toHaveLength(1);
});

it('after the table is dropped, requests that need it fail and change nothing until it is restored', async () => {
  const code = 'DATABASE_CHANGED';
  const clock = manualClock();
  await using app = await testApp({ clock });
  const [first = '', second = ''] = await createTasks(app, [
    'ready_for_development',
    'ready_for_development',
  ]);
  const work = workOn(app.config.databaseFile, app.post);
  await work.claim(first);
  await using changes = await openEventStream(app.fetch, 'http://test/graphql', SessionChangedDocument);
  await eventually('the subscription is served', () => clock.pending.length > 0);
  const backup = `${app.config.databaseFile}.backup`;
  app.change(`VACUUM INTO '${backup}'`);
  const definitions = app.rows(
    `SELECT sql FROM sqlite_schema WHERE tbl_name = 'task_sessions' AND sql IS NOT NULL ORDER BY type = 'trigger', type = 'index'`,
  );

  app.change('DROP TABLE task_sessions');
  const before = everyRow(app);

  expect(expectFault(await work.claim(second), code)).toContain('Nothing was changed');
  expectFault(await work.finish(first), code);
  expectFault(await app.post('{ sessions { totalCount } }'), code);
  expectFault(await app.post('{ agentPerformance { agentId } }'), code);
  const file = await app.fetch('http://test/export/sessions.csv');
  expect([file.status, await file.json()]).toMatchObject([503, { errors: [{ extensions: { code } }] }]);
  expect((await app.post('{ tasks { totalCount } }')).data).toEqual({ tasks: { totalCount: 2 } });
  expect(everyRow(app)).toEqual(before);
  // Subscriptions read the counter of sessions, which still exists, and fail only when it changes.
  expect(changes.unread).toEqual([]);

  const other = open(app.config.databaseFile);
  other.pragma('foreign_keys = OFF');
  other.exec(`ATTACH '${backup}' AS backup; BEGIN`);
  const [table, ...rest] = definitions.map(({ sql }) => String(sql));
  other.exec(String(table));
  const columns = other
    .prepare<[], string>(`SELECT name FROM pragma_table_info('task_sessions')`)
    .pluck()
    .all()
    .join(', ');
  other.exec(`INSERT INTO task_sessions (${columns}) SELECT ${columns} FROM backup.task_sessions`);
  for (const sql of rest) other.exec(sql);
  other.exec('COMMIT');
  await work.expectRecovered(second);
  expect((await work.finish(first)).errors).toBeUndefined();
  work.expectSound();
});
