import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { expectFault, workOn } from '../../support/acknowledged.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { open } from '../../support/shark-databases.ts';
import { openSocket } from '../../support/socket.ts';
import { createTasks } from '../../support/tasks.ts';

const code = 'DATABASE_CORRUPT';

it('only requests that read the damaged page fail, until it is restored', async () => {
  const clock = manualClock();
  await using app = await testApp({ clock });
  const [first = '', second = ''] = await createTasks(app, [
    'ready_for_development',
    'ready_for_development',
  ]);
  const work = workOn(app.config.databaseFile, app.post);
  await work.claim(first);
  await app.start();
  await using socket = await openSocket(app.url);
  const changes = socket.subscribe(SessionChangedDocument);
  await eventually('the subscription is served', () => clock.pending.length > 0);

  const repair = damage(app, 'task_sessions');

  expect(expectFault(await work.claim(second), code)).toContain('Nothing was changed');
  expectFault(await app.post('{ sessions { nodes { agentId } } }'), code);
  expectFault(await app.post('{ agentPerformance { agentId } }'), code);
  const file = await app.fetch('http://test/export/sessions.csv');
  expect([file.status, await file.json()]).toMatchObject([503, { errors: [{ extensions: { code } }] }]);
  // Requests for other pages succeed.
  expect((await app.post('{ epics { key } }')).data).toEqual({ epics: [{ key: 'E01' }] });
  // A commit of another program makes the subscriptions query the database.
  app.change(`UPDATE epics SET title = 'Another'`);
  clock.advance(1_000);
  await eventually('the database is polled', () =>
    app.statements.some((sql) => sql.includes('data_version')),
  );
  clock.advance(1_000);

  repair();
  await work.expectRecovered(second);
  await eventually('the subscriber receives the event', () => changes.unread.length > 0);
});

it('a file that is no longer a database is reported as corrupt', async () => {
  await using app = await testApp();
  const [first = ''] = await createTasks(app, ['ready_for_development']);
  const work = workOn(app.config.databaseFile, app.post);

  const repair = damage(app, 'sqlite_schema');

  expectFault(await work.claim(first), code);
  expectFault(await app.post('{ epics { key } }'), code);
  // SQLite has cached that page.
  await app.stop();
  repair();
  await using next = await testApp({ config: { databaseFile: app.config.databaseFile } });
  await workOn(app.config.databaseFile, next.post).expectRecovered(first);
});

/** Overwrites the first page of a table while the server has the file open. Returns a function that restores it. */
function damage(app: TestApp, table: string): () => void {
  const connection = open(app.config.databaseFile);
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const size = Number(connection.pragma('page_size', { simple: true }));
  const root =
    connection
      .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(table) ?? 1;
  const position = (root - 1) * size;
  const whole = Buffer.alloc(size);
  const file = openSync(app.config.databaseFile, 'r+');
  onTestFinished(() => closeSync(file));
  readSync(file, whole, 0, size, position);
  writeSync(file, Buffer.alloc(size, 0xab), 0, size, position);
  return () => void writeSync(file, whole, 0, size, position);
}
