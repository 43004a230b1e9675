import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SessionChangedDocument, SessionTurnedStaleDocument } from '../../../src/client/generated/graphql.ts';
import { expectFault, workOn } from '../../support/acknowledged.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { createTasks } from '../../support/tasks.ts';
import { transports } from '../../support/transports.ts';

const code = 'DATABASE_GONE';

interface Disappearance {
  what: string;
  disappear: (file: string) => void;
  /** Defined if the original files can be moved back. */
  comeBack?: (file: string) => void;
}

const disappearances: readonly Disappearance[] = [
  {
    what: 'deleted with its log',
    disappear: (file) => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`);
    },
  },
  { what: 'deleted without its log', disappear: (file) => rmSync(file) },
  { what: 'kept while its log is deleted', disappear: (file) => rmSync(`${file}-wal`) },
  {
    what: 'moved',
    disappear: (file) => renameSync(file, `${file}.moved`),
    comeBack: (file) => renameSync(`${file}.moved`, file),
  },
  {
    what: 'replaced by a copy',
    disappear: (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(file, `${file}.moved`);
      renameSync(`${file}.copy`, file);
    },
    comeBack: (file) => renameSync(`${file}.moved`, file),
  },
];

interface Naming {
  name: string;
  /** Gives a database in the folder `real` another name. Returns this name. */
  giveName: (folder: string, file: string) => string;
}

const namings: readonly Naming[] = [
  { name: 'its own name', giveName: (_, file) => file },
  { name: 'a link', giveName: (folder, file) => link(join(folder, 'shark.db'), file) },
  {
    name: 'a link to a relative link',
    giveName: (folder, file) => {
      link(join(folder, 'first.db'), `real/${file.slice(-'board.db'.length)}`);
      return link(join(folder, 'shark.db'), './first.db');
    },
  },
  { name: 'a linked folder', giveName: (folder) => join(link(join(folder, 'data'), 'real'), 'board.db') },
];

function link(path: string, target: string): string {
  symlinkSync(target, path);
  return path;
}

const cases = disappearances.flatMap((disappearance) =>
  namings.map((naming) => ({ ...disappearance, ...naming })),
);

describe.each(cases)('a file that is opened by $name and is $what', ({ giveName, disappear, comeBack }) => {
  it('is neither read nor written', async () => {
    const { app, work, taskKeys, file } = await workplace({ giveName });
    const [first = '', second = '', third = ''] = taskKeys;
    await work.claim(first);
    await app.post('{ agentPerformance { agentId } }');

    disappear(file);

    expect(expectFault(await work.claim(second), code)).toContain('Nothing was changed');
    // A refusal would acknowledge what the lost file says.
    expectFault(await work.claim('T-E99-F99-999'), code);
    expectFault(await app.post('{ task(key: "T-E01-F01-001") { status } }'), code);
    expectFault(await app.post('{ agentPerformance { agentId } }'), code);
    const csv = await app.fetch('http://test/export/sessions.csv');
    expect([csv.status, await csv.json()]).toMatchObject([503, { errors: [{ extensions: { code } }] }]);
    const ready = await app.fetch('http://test/ready');
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('deleted, moved or')]);

    if (comeBack === undefined) return;
    comeBack(file);
    await work.finish(first);
    await work.expectRecovered(second);
    await work.expectRecovered(third);
  });
});

it.each(namings.slice(1))(
  'a database is neither read nor written while $name leads to another one',
  async ({ giveName }) => {
    const { work, taskKeys, folder } = await workplace({ giveName });
    const [first = '', second = ''] = taskKeys;
    await work.claim(first);

    const real = join(folder, 'real');
    // The other file has the same name and the same size.
    renameSync(real, `${real}.moved`);
    mkdirSync(real);
    copyFileSync(`${real}.moved/board.db`, join(real, 'board.db'));

    expectFault(await work.claim(second), code);
    rmSync(real, { recursive: true });
    renameSync(`${real}.moved`, real);
    await work.expectRecovered(second);
  },
);

it.each(namings.slice(1, 3))('a link that is changed is noticed: $name', async ({ giveName }) => {
  const { app, work, taskKeys, folder } = await workplace({ giveName });
  const [first = '', second = ''] = taskKeys;
  await work.claim(first);

  const given = app.config.databaseFile;
  renameSync(given, `${given}.before`);
  copyFileSync(join(folder, 'real/board.db'), join(folder, 'other.db'));
  symlinkSync('other.db', given);

  expectFault(await work.claim(second), code);
  expectFault(await app.post('{ task(key: "T-E01-F01-001") { status } }'), code);
  renameSync(`${given}.before`, given);
  await work.expectRecovered(second);
});

describe.each(disappearances)('a file that is $what', ({ disappear }) => {
  it.each(transports)('ends every subscription over $transport with an error', async ({ subscribe }) => {
    const { app, clock } = await workplace();
    await app.start();
    await using changed = await subscribe(app.url, SessionChangedDocument);
    await using stale = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '4h' });
    await eventually('the subscriptions are served', () => clock.pending.length > 0);
    // The first poll records the current version.
    await nextPoll(clock, app);

    disappear(app.config.databaseFile);
    await nextPoll(clock, app);
    await nextPoll(clock, app);

    expect(await changed.errors()).toMatchObject([{ extensions: { code } }]);
    expect(await stale.errors()).toMatchObject([{ extensions: { code } }]);
  });
});

it('a file that is deleted during a transaction is not written to', async () => {
  let onCommit: (() => void) | undefined;
  const { app, work, taskKeys } = await workplace({
    onStatement(sql) {
      if (sql.startsWith('insert into "task_sessions"')) onCommit?.();
    },
  });
  const [first = ''] = taskKeys;
  const { databaseFile } = app.config;
  onCommit = () => renameSync(databaseFile, `${databaseFile}.moved`);

  expectFault(await work.claim(first), code);

  onCommit = undefined;
  renameSync(`${databaseFile}.moved`, databaseFile);
  work.expectSound();
  await work.expectRecovered(first);
});

it('a backup can be restored after the server has stopped', async () => {
  const { app, work, taskKeys } = await workplace();
  const [first = '', second = ''] = taskKeys;
  const { databaseFile } = app.config;
  await work.claim(first);
  const backup = `${temporaryFolder()}/backup.db`;
  app.change(`VACUUM INTO '${backup}'`);
  rmSync(databaseFile);
  expect(expectFault(await work.claim(second), code)).toMatch(/stop the server, delete .*-wal and -shm/);

  await app.stop();
  // SQLite would use these files as the log of the backup.
  for (const suffix of ['-wal', '-shm']) rmSync(`${databaseFile}${suffix}`);
  copyFileSync(backup, databaseFile);
  await using next = await testApp({ config: { databaseFile } });

  expect((await next.post(`{ task(key: "${first}") { status } }`)).data).toEqual({
    task: { status: 'in_development' },
  });
  expect((await workOn(databaseFile, next.post).claim(second)).errors).toBeUndefined();
});

/** A server with three claimable tasks. It stops at the end of the test. */
async function workplace({
  onStatement = () => {},
  giveName = (_: string, file: string) => file,
}: {
  onStatement?: (sql: string) => void;
  giveName?: Naming['giveName'];
} = {}) {
  const clock = manualClock();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  const file = join(folder, 'real/board.db');
  const app = await testApp({ clock, onStatement, config: { databaseFile: giveName(folder, file) } });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const taskKeys = await createTasks(app, Array<string>(3).fill('ready_for_development'));
  return { app, clock, taskKeys, folder, file, work: workOn(app.config.databaseFile, app.post) };
}

/** Advances the clock by a second, so that the database is polled. */
async function nextPoll(clock: ManualClock, app: TestApp): Promise<void> {
  const polls = () => app.statements.filter((sql) => sql.includes('data_version')).length;
  const failures = () => app.logged.filter(({ level }) => level === 50).length;
  const [pollsBefore, failuresBefore] = [polls(), failures()];
  clock.advance(1_000);
  await eventually('the database is polled', () => polls() > pollsBefore || failures() > failuresBefore);
}
