import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { createMigratedDatabase } from '../../support/migrated-database.ts';
import { runProgram, startProgram } from '../../support/program.ts';

/*
 * A database is used by two users: its owner, who runs the tests, and another user. Only root can run a program as
 * another user. Otherwise, both are the same user, and only the permissions differ.
 */
const isRoot = process.getuid?.() === 0;
const otherId = 65_534;
const otherUser = isRoot ? { uid: otherId, gid: otherId } : {};
const key = 'T-E01-F01-001';

let base = '';
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  chmodSync(base, 0o755);
  await createMigratedDatabase(join(base, 'board.db'));
  const connection = openConnection(join(base, 'board.db'));
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Sign-in', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Tokens', 'active');
    INSERT INTO tasks (feature_id, key, title, status) VALUES (1, '${key}', 'Issue', 'ready_for_development')`);
  connection.close();
});
afterAll(() => {
  for (const entry of readdirSync(base, { withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(join(base, entry.name), 0o755);
  rmSync(base, { recursive: true });
});

interface Modes {
  file?: number;
  folder?: number;
}

/** A folder with a database, and a function that runs commands as the other user. */
function workplace({ file: fileMode = 0o444, folder: folderMode = 0o555 }: Modes = {}) {
  const folder = mkdtempSync(join(base, 'board-'));
  const file = join(folder, 'shark.db');
  copyFileSync(join(base, 'board.db'), file);
  chmodSync(file, fileMode);
  chmodSync(folder, folderMode);
  const settings = { DATABASE_URL: `file:${file}`, PORT: '0' };
  const options = { folder, settings, user: otherUser };
  return {
    folder,
    file,
    options,
    asOther: (args: readonly string[], more: Record<string, string> = {}) =>
      runProgram(args, { ...options, settings: { ...settings, ...more } }),
    asOwner: (...args: string[]) => runProgram(args, { folder, settings }),
  };
}

const readingCommands = [
  ['epic', 'list'],
  ['task', 'list', '--json'],
  ['task', 'sessions', '--active'],
  ['analytics', 'aging'],
  ['backfill', '--dry-run'],
];
const writingCommands: readonly (readonly [args: readonly string[], settings?: Record<string, string>])[] = [
  [['task', 'claim', key, '--agent=backend']],
  [['epic', 'create', 'Billing']],
  [['backfill']],
  [['serve']],
  [['serve'], { MIGRATE: 'off' }],
];

type Place = ReturnType<typeof workplace>;

/** How a database that must not be written was left. */
const states: readonly { state: string; prepare: (place: Place) => () => void }[] = [
  { state: 'that no program uses', prepare: () => () => {} },
  {
    state: 'that a program of its owner uses',
    prepare({ folder, file }) {
      chmodSync(folder, 0o755);
      chmodSync(file, 0o644);
      const connection = openConnection(file);
      connection.exec(`UPDATE epics SET title = 'Newest title'`);
      chmodSync(file, 0o444);
      chmodSync(folder, 0o555);
      return () => connection.close();
    },
  },
  {
    state: 'whose owner was killed, with the index of the log',
    prepare: (place) => leaveLog(place, ['', '-wal', '-shm']),
  },
  {
    state: 'whose owner was killed, without the index of the log',
    prepare: (place) => leaveLog(place, ['', '-wal']),
  },
];

/** Leaves the files of a killed program beside a database. */
function leaveLog({ folder, file }: Place, suffixes: readonly string[]): () => void {
  const elsewhere = mkdtempSync(join(base, 'killed-'));
  const copy = join(elsewhere, 'shark.db');
  copyFileSync(file, copy);
  chmodSync(copy, 0o644);
  const connection = openConnection(copy);
  connection.exec(`UPDATE epics SET title = 'Newest title'`);
  chmodSync(folder, 0o755);
  for (const suffix of suffixes) {
    rmSync(`${file}${suffix}`, { force: true });
    copyFileSync(`${copy}${suffix}`, `${file}${suffix}`);
    chmodSync(`${file}${suffix}`, 0o444);
  }
  chmodSync(folder, 0o555);
  connection.close();
  return () => {};
}

function contentsOf(folder: string): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

describe.concurrent.each(states)(
  'a database $state, in a folder of another user,',
  { timeout: 120_000 },
  ({ state, prepare }) => {
    it('is read and not changed', async () => {
      const place = workplace();
      const release = prepare(place);
      const before = contentsOf(place.folder);
      const backup = join(mkdtempSync(join(base, 'backup-')), 'copy.db');
      chmodSync(join(backup, '..'), 0o777);

      for (const command of [...readingCommands, ['backup', backup]])
        expect([command, await place.asOther(command)]).toEqual([
          command,
          { code: 0, stdout: expect.any(String), stderr: '' },
        ]);

      const title = state.includes('no program') ? 'Sign-in' : 'Newest title';
      expect((await place.asOther(['epic', 'list'])).stdout).toContain(title);
      expect(readFileSync(backup).includes(title)).toBe(true);
      expect(readdirSync(join(backup, '..'))).toEqual(['copy.db']);
      expect(contentsOf(place.folder)).toEqual(before);
      release();
    });

    it('is not written, and one line says why', async () => {
      const place = workplace();
      const release = prepare(place);
      const before = contentsOf(place.folder);

      for (const [args, settings] of state.includes('no program')
        ? writingCommands
        : writingCommands.slice(0, 1)) {
        const { code, stderr } = await place.asOther(args, settings);
        const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
        expect([args, code, lines]).toEqual([
          args,
          2,
          [expect.stringMatching(/^Error: The database \S+\/shark\.db cannot be written: .*\/shark\.db/)],
        ]);
        if (isRoot) expect(lines[0]).toContain('belongs to user root, and user nobody may not write it');
      }
      const json = await place.asOther(['task', 'claim', key, '--agent=backend', '--json']);
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'DATABASE_READ_ONLY' } });
      expect(contentsOf(place.folder)).toEqual(before);
      release();
    });
  },
);

describe.concurrent('in a folder that both users may write', { timeout: 120_000 }, () => {
  it.each([
    ['may not', 0o644],
    ['may', 0o666],
  ])('a command that reads leaves no files if its user %s write the database', async (_, mode) => {
    const place = workplace({ file: mode, folder: 0o777 });
    for (const command of readingCommands.slice(-2))
      expect([command, await place.asOther(command)]).toMatchObject([command, { code: 0, stderr: '' }]);

    expect(readdirSync(place.folder)).toEqual(['shark.db']);
    expect(await place.asOwner('task', 'claim', key, '--agent=backend')).toMatchObject({ code: 0 });
  });

  it('a command that is killed while it watches leaves no files', async () => {
    const place = workplace({ file: 0o666, folder: 0o777 });
    const watch = startProgram(['watch', '--stale=1h'], place.options);
    await once(watch.stderr, 'data');
    watch.kill('SIGKILL');
    await once(watch, 'close');

    expect(
      readdirSync(place.folder).filter(
        (name) => statSync(join(place.folder, name)).uid !== process.getuid?.(),
      ),
    ).toEqual([]);
  });

  it('a command writes if its user may write the database, and leaves no files', async () => {
    const place = workplace({ file: 0o666, folder: 0o777 });

    expect(await place.asOther(['task', 'claim', key, '--agent=backend'])).toMatchObject({ code: 0 });

    expect(readdirSync(place.folder)).toEqual(['shark.db']);
    expect((await place.asOwner('task', 'list')).stdout).toContain('in_development');
  });
});

describe.concurrent('a log that belongs to another user', { timeout: 120_000 }, () => {
  /** The other user owns the database, and the user who runs the tests owns what stops it. */
  function blockedPlace(suffix: string) {
    const place = workplace({ file: 0o644, folder: 0o755 });
    if (isRoot) for (const path of [place.folder, place.file]) chownSync(path, otherId, otherId);
    const connection = openConnection(place.file);
    connection.exec(`UPDATE epics SET title = 'Newest title'`);
    return { ...place, connection, blocking: `${place.file}${suffix}` };
  }

  it.each(['-wal', '-shm'])('%s stops the server at its start', async (suffix) => {
    const { asOther, connection, blocking } = blockedPlace(suffix);
    if (isRoot) chownSync(blocking, 0, 0);
    chmodSync(blocking, 0o444);

    for (const command of [['serve'], ['task', 'claim', key, '--agent=backend']]) {
      const { code, stderr } = await asOther(command);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(isRoot ? `${blocking} belongs to user root` : `chmod u+w ${blocking}`),
      ]);
    }
    expect(await asOther(['epic', 'list'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Newest title'),
    });
    connection.close();
  });

  it('appears in /ready of a running server', async () => {
    const { connection, blocking, options } = blockedPlace('-wal');
    const server = startProgram(['serve'], options);
    let printed = '';
    server.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    while (!printed.includes('GraphiQL')) await once(server.stdout, 'data');
    const [url = ''] = /http:\S+/.exec(printed) ?? [];
    const readiness = async () => {
      const response = await fetch(new URL('/ready', url));
      return [response.status, await response.text()];
    };
    expect(await readiness()).toEqual([200, '{"status":"ready"}']);

    if (isRoot) chownSync(blocking, 0, 0);
    chmodSync(blocking, 0o444);
    expect(await readiness()).toEqual([503, expect.stringContaining(blocking)]);

    if (isRoot) chownSync(blocking, otherId, otherId);
    chmodSync(blocking, 0o644);
    expect(await readiness()).toEqual([200, '{"status":"ready"}']);
    server.kill('SIGTERM');
    await once(server, 'close');
    connection.close();
  });
});

it('a command that watches a copy sees the changes of the owner', async () => {
  const place = workplace();
  const watch = startProgram(['watch', '--stale=1s'], place.options);
  let printed = '';
  watch.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await once(watch.stderr, 'data');

  chmodSync(place.folder, 0o755);
  chmodSync(place.file, 0o644);
  expect(await place.asOwner('task', 'claim', key, '--agent=backend')).toMatchObject({ code: 0 });
  while (!printed.includes(key)) await once(watch.stdout, 'data');

  watch.kill('SIGINT');
  await once(watch, 'close');
  // The log of the owner can remain if it was read when the owner ended. The owner removes it.
  expect(await place.asOwner('task', 'list')).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(place.folder)).toEqual(['shark.db']);
});

it('a database that needs a migration is not read, and one line says who has to migrate it', async () => {
  const place = workplace({ file: 0o644, folder: 0o755 });
  const connection = openConnection(place.file);
  connection.exec(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_task_queue'`);
  connection.close();
  chmodSync(place.file, 0o444);
  chmodSync(place.folder, 0o555);

  expect(await place.asOther(['epic', 'list'])).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^Error: The database \S+ was made by an earlier version[^\n]+_task_queue\. The database \S+ cannot be written: [^\n]+\. See docs\/troubleshooting\.md#database\n$/,
    ),
  });
});
