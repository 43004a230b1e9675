import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  createLargeDatabase,
  isWriting,
  startCommand,
  stopSignals,
  type StopSignal,
} from '../../support/interruptions.ts';
import { runProgram } from '../../support/program.ts';
import { createDatabaseFrom, open, temporaryFolder } from '../../support/shark-databases.ts';

/* A signal in the middle of a command that must clean up. */

const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const settings = { DATABASE_URL: 'file:shark.db' };

/** A folder with a database of an older version. */
function folderWithOldDatabase(): string {
  const folder = temporaryFolder();
  createLargeDatabase(join(folder, 'shark.db'), { megabytes: 20 });
  return folder;
}

it.each(signals)('%s during a backup leaves no copy', async (signal) => {
  const folder = folderWithOldDatabase();
  const args = ['backup', 'copy.db'];

  const { stdout, stderr, ...ended } = await startCommand({ args, folder, settings }).stopWhen(signal, () =>
    isWriting(folder),
  );

  expect({ ...ended, stdout }).toEqual({ code: stopSignals[signal], signal: null, stdout: '' });
  expect(stderr).toBe(`Stopped by ${signal}. No copy was made\n`);
  expect(readdirSync(folder)).toEqual(['shark.db']);
  expect(await runProgram(args, { folder, settings })).toMatchObject({ code: 0, stderr: '' });
  expect(open(join(folder, 'copy.db')).pragma('integrity_check', { simple: true })).toBe('ok');
});

it.each([
  { signal: 'SIGINT', args: ['task', 'list'], consequence: 'The command was not run' },
  { signal: 'SIGHUP', args: ['backfill'], consequence: 'The sessions added so far are saved. Run the' },
  { signal: 'SIGTERM', args: ['serve'], consequence: 'The server was not ready yet' },
] as const)(
  '$signal during the copy that $args makes before a migration leaves the database as it was',
  async ({ signal, args, consequence }) => {
    const folder = folderWithOldDatabase();
    copyFileSync(join(folder, 'shark.db'), join(folder, 'before.db'));

    const { stderr, ...ended } = await startCommand({
      args,
      folder,
      settings: { ...settings, PORT: '0', LOG_LEVEL: 'error' },
    }).stopWhen(signal, () => isWriting(folder));

    expect(ended).toMatchObject({ code: stopSignals[signal], signal: null });
    expect(stderr).toContain(`Stopped by ${signal}. ${consequence}`);
    expect(readdirSync(folder).toSorted()).toEqual(['before.db', 'shark.db']);
    expect(await runProgram(['task', 'list'], { folder, settings })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^The database was backed up to \S+ before it was migrated\.\n$/),
    });
  },
);

it.each(signals)(
  '%s during an export leaves no file, and keeps the file that it would replace',
  async (signal) => {
    const folder = temporaryFolder();
    const server = createServer((request, response) => {
      request.resume();
      if (request.method === 'POST')
        response.end(
          JSON.stringify({
            data: {
              sessions: { totalCount: 3, nodes: [], pageInfo: { hasNextPage: true, endCursor: null } },
            },
          }),
        );
      // The rest of the file never comes.
      else response.write('task_key\r\nT-E01-F01-001\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    writeFileSync(join(folder, 'sessions.csv'), 'before');
    const command = startCommand({
      args: ['task', 'sessions', '--export=csv', '--output=sessions.csv', '--force'],
      folder,
      settings: { SHARK_URL: `http://127.0.0.1:${port}` },
    });
    const ended = await command.stopWhen(signal, () => isWriting(folder));

    expect(ended).toEqual({
      code: stopSignals[signal],
      signal: null,
      stdout: '',
      stderr: `Stopped by ${signal}. No file was written\n`,
    });
    expect(readdirSync(folder)).toEqual(['sessions.csv']);
    expect(readFileSync(join(folder, 'sessions.csv'), 'utf8')).toBe('before');
  },
);

it.each(signals)('%s during a backfill keeps the sessions added so far, and no lock', async (signal) => {
  const folder = temporaryFolder();
  const file = join(folder, 'shark.db');
  createDatabaseFrom(['adopted-history.sql'], file);
  await runProgram(['task', 'list'], { folder, settings });
  const reader = open(file);
  const count = reader.prepare<[], number>('SELECT COUNT(*) FROM task_sessions').pluck();

  const { code, stderr } = await startCommand({ args: ['backfill'], folder, settings }).stopWhen(
    signal,
    () => (count.get() ?? 0) > 0,
  );

  expect({ code, stderr }).toEqual({
    code: stopSignals[signal],
    stderr: `Stopped by ${signal}. The sessions added so far are saved. Run the backfill again to continue\n`,
  });
  const added = count.get() ?? 0;
  expect(added).toBeLessThan(194);
  expect(await runProgram(['backfill'], { folder, settings })).toMatchObject({ code: 0 });
  expect(count.get()).toBe(194);
});

it('a server answers the running requests after the first signal, and ends at once after the second', async () => {
  const folder = temporaryFolder();
  const server = startCommand({ args: ['serve'], folder, settings: { ...settings, PORT: '0' } });
  const [, port] = (await server.printed(/is ready at http:\/\/127\.0\.0\.1:(\d+)/)) ?? [];
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  // The server waits for the rest of this request.
  socket.write('POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n');
  socket.write('content-length: 100\r\nexpect: 100-continue\r\n\r\n');
  await once(socket, 'data');

  void server.stop('SIGHUP');
  await server.printed(/Stopping: SIGHUP/);

  expect(await server.stop('SIGTERM')).toMatchObject({ code: 143, signal: null });
  expect(readdirSync(folder)).toEqual(['shark.db']);
});

it('a server ends with 0 after SIGHUP', async () => {
  const folder = temporaryFolder();
  const server = startCommand({ args: ['serve'], folder, settings: { ...settings, PORT: '0' } });
  await server.printed(/is ready at/);
  expect(await server.stop('SIGHUP')).toMatchObject({ code: 0 });
});
