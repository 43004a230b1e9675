import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CreateEpicDocument } from '../../../../src/client/generated/graphql.ts';
import { inTime } from '../../../support/received.ts';
import { sharkFile } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { lockDatabase, open, temporaryFolder } from '../../../support/shark-databases.ts';
import { openSocket } from '../../../support/socket.ts';

const farewell = { code: 1012, reason: 'The server is stopping' };

it('a server process finishes running requests and disconnects subscribers on SIGTERM', {
  timeout: 60_000,
}, async () => {
  const databaseFile = join(temporaryFolder(), 'shark.db');
  const server = await startServerProcess({ DATABASE_URL: `file:${databaseFile}` }, sharkFile);
  onTestFinished(server.kill);
  await using idle = await openSocket(server.url);
  await using busy = await openSocket(server.url);
  const lock = lockDatabase(databaseFile);
  const mutation = busy.subscribe(CreateEpicDocument, { input: { title: 'Begun before' } });
  // The server reads earlier requests before this one.
  await busy.subscribe('{ __typename }').next();

  const stopping = server.stop();
  expect(await idle.closed()).toEqual(farewell);
  lock.release();

  expect((await mutation.next()).createEpic).toMatchObject({ epic: { title: 'Begun before' } });
  await mutation.end();
  expect(await busy.closed()).toEqual(farewell);
  await inTime('the process has ended', stopping);
  expect(open(databaseFile).prepare('SELECT title FROM epics').all()).toEqual([{ title: 'Begun before' }]);
});
