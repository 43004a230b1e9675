import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackfillSettings, runBackfill } from '../../../src/cli/operator/backfill.ts';
import { DatabaseBusyError, DatabaseOpenError } from '../../../src/db/errors.ts';
import { WorkflowFileError } from '../../../src/domain/workflow/load.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  contentsOf,
  createDatabaseFrom,
  createSharkDatabase,
  migrationsFolder,
  open,
  temporaryFolder,
} from '../../support/shark-databases.ts';
import { openShell, type Shell } from '../../support/shell.ts';

/** Runs the command on a database and returns what it printed. The workflow is the built-in one unless another is named. */
async function backfill(
  file: string,
  { dryRun = false, ...settings }: Partial<BackfillSettings> & { dryRun?: boolean } = {},
): Promise<string> {
  const printed: string[] = [];
  await runBackfill(
    {
      databaseFile: file,
      workflowFile: join(dirname(file), '.sharkconfig.json'),
      workflowFileNamed: false,
      migrate: true,
      ...settings,
    },
    { dryRun, clock: manualClock(), print: (line) => printed.push(line), busyTimeoutMs: 100 },
  );
  return printed.join('\n');
}

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const filesBeside = (file: string) => readdirSync(dirname(file)).toSorted();

const migrations = readdirSync(migrationsFolder)
  .filter((name) => /^\d/.test(name))
  .join(', ');
const builtIn = 'There is no workflow at ./.sharkconfig.json: using the built-in workflow.';
const found = `Read 1,422 history rows of 602 tasks.
Would add 194 sessions: 191 completed, 3 rejected.
  planning: 48 sessions of 0.0 minutes on average
  development: 60 sessions of 4.5 minutes on average
  review: 39 sessions of 1.8 minutes on average
  qa: 38 sessions of 0.4 minutes on average
  approval: 9 sessions of 0.0 minutes on average
Skipped:
  256 rows without a status (task_history 1, 2, 3, …)
  81 entries into 'in_progress', which the workflow does not have (task_history 1425, 180, 182, …)
  41 rows of tasks that do not exist (task_history 74, 309, 310, …)
  4 work periods without an end: the backfill only adds closed sessions (task_history 1426, 854, 940, …)
`;

describe('as an operator runs it', { timeout: 60_000 }, () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell('on the file');
  });
  afterAll(() => shell[Symbol.asyncDispose]());
  const run = (file: string, ...args: string[]) =>
    shell.type(
      ['shark backfill', ...args].join(' '),
      { DATABASE_URL: `file:./${basename(file)}` },
      dirname(file),
    );

  it('it says with --dry-run what it would do, and leaves the file byte for byte as it was', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    const before = digest(file);

    const { code, stdout, stderr } = await run(file, '--dry-run');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${builtIn}
The database would first be backed up and migrated: ${migrations}.
${found}Dry run: nothing was changed.
`,
    });
    expect(stderr).toContain('1422 of 1422');
    expect(digest(file)).toBe(before);
    expect(filesBeside(file)).toEqual(['shark-tasks.db']);
  });

  it('it keeps the database as it was beside it, and adds the sessions', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    const { sqlite_sequence: _, ...before } = contentsOf(open(file)).rows;

    const { code, stdout } = await run(file);

    const backup = filesBeside(file).find((name) => name.includes('backup')) ?? '';
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${builtIn}
The database was backed up to ${join(dirname(file), backup)} before it was migrated.
The database was migrated: ${migrations}.
${found.replace('Would add', 'Added')}`,
    });
    expect(contentsOf(open(join(dirname(file), backup))).rows).toMatchObject(before);
    const { rows } = contentsOf(open(file));
    expect(rows).toMatchObject(before);
    expect(rows.task_sessions).toHaveLength(194);
  });

  it('it refuses an option that there is not, and changes nothing', async () => {
    const file = createSharkDatabase('recent');
    const before = digest(file);

    expect(await run(file, '--dry')).toEqual({
      code: 2,
      stdout: '',
      stderr: "Error: unknown option '--dry'. 'shark backfill --help' shows the usage\n",
    });
    expect(digest(file)).toBe(before);
  });
});

describe('the command', () => {
  it('changes nothing the second time, and makes no second backup', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    await backfill(file);
    const [contents, files] = [contentsOf(open(file)), filesBeside(file)];

    const printed = await backfill(file);

    expect(printed).toMatch(/^Added 0 sessions\.$/m);
    expect(printed).toContain('  194 work periods that already have sessions (');
    expect(contentsOf(open(file))).toEqual(contents);
    expect(filesBeside(file).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(
      files.filter((name) => !/-(wal|shm)$/.test(name)),
    );
  });

  it('reads on a dry run what a program that was ended left in its write-ahead log, and leaves it there', async () => {
    const held = createDatabaseFrom(['adopted-history.sql']);
    open(held).exec('DELETE FROM task_history WHERE id = 1');
    const file = join(temporaryFolder(), 'shark-tasks.db');
    const files = [file, `${file}-wal`];
    copyFileSync(held, file);
    copyFileSync(`${held}-wal`, `${file}-wal`);
    const before = files.map(digest);

    expect(await backfill(file, { dryRun: true })).toContain('Read 1,421 history rows');

    expect(files.map(digest)).toEqual(before);
  });

  it('leaves the way in which the file is kept as it is', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    open(file).pragma('journal_mode = DELETE');

    await backfill(file);

    expect(open(file).pragma('journal_mode', { simple: true })).toBe('delete');
  });

  it('reads the oldest database by the workflow that is named', async () => {
    const file = createSharkDatabase('oldest');
    const workflowFile = join(temporaryFolder(), 'team.json');
    writeFileSync(
      workflowFile,
      JSON.stringify({
        status_flow: { todo: ['in_progress'], in_progress: ['completed'], completed: [] },
        status_metadata: {
          todo: { phase: 'planning' },
          in_progress: { phase: 'development' },
          completed: { phase: 'done' },
        },
        special_statuses: { _start_: ['todo'], _complete_: ['completed'] },
      }),
    );

    const printed = await backfill(file, { workflowFile, workflowFileNamed: true });

    expect(printed).toContain(`Using the workflow of ${workflowFile}.`);
    expect(printed).toContain(
      'Added 1 session: 1 completed.\n  development: 1 session of 150.0 minutes on average',
    );
  });

  it('adds sessions with MIGRATE=off where there is a table for them', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec('DELETE FROM task_sessions');

    expect(await backfill(file, { migrate: false })).toContain('Added 1 session');
  });

  it('refuses a database of an earlier version where MIGRATE=off keeps it from being migrated', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec(
      `DELETE FROM _prisma_migrations WHERE migration_name = '20261122200100_idempotency_keys'`,
    );

    await expect(backfill(file, { migrate: false })).rejects.toThrow('was made by an earlier version');
  });

  it('says so when another program keeps the file locked', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec('BEGIN IMMEDIATE');

    await expect(backfill(file)).rejects.toThrow(
      new DatabaseBusyError(
        `Another program keeps the database ${file} locked. Sessions added so far are kept; run the backfill again to continue.`,
      ),
    );
  });

  describe('refuses, and changes nothing:', () => {
    interface Refusal {
      what: string;
      file?: string;
      options?: Partial<BackfillSettings> & { dryRun?: boolean };
      /** FILE stands for the path. */
      error: DatabaseOpenError | WorkflowFileError;
    }
    const noTable = new DatabaseOpenError(
      'The database FILE has no task_sessions table, and MIGRATE=off does not allow to add it. Run the backfill with MIGRATE=on.',
    );
    const noTasks = new DatabaseOpenError(
      'The database FILE has no tasks table, so there is no history. Set DATABASE_URL to a shark database.',
    );

    it.each<Refusal>([
      { what: 'MIGRATE=off and no table of sessions', options: { migrate: false }, error: noTable },
      { what: 'the same on a dry run', options: { migrate: false, dryRun: true }, error: noTable },
      { what: 'a database without tasks', file: 'empty.db', error: noTasks },
      { what: 'the same on a dry run', file: 'empty.db', options: { dryRun: true }, error: noTasks },
      {
        what: 'a database that is not there',
        file: 'mistyped.db',
        error: new DatabaseOpenError(
          'There is no database FILE. Set DATABASE_URL to the shark database with the history.',
        ),
      },
      {
        what: 'a file that is no database',
        file: 'notes.txt',
        error: new DatabaseOpenError(
          'FILE is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet.',
        ),
      },
      {
        what: 'a workflow file that is not there',
        options: { workflowFile: './team.json', workflowFileNamed: true },
        error: new WorkflowFileError('./team.json', [
          'the file does not exist: create it, or correct the path',
        ]),
      },
    ])('$what', async ({ file: name = 'shark-tasks.db', options, error }) => {
      const folder = dirname(createSharkDatabase('recent'));
      writeFileSync(join(folder, 'empty.db'), '');
      writeFileSync(join(folder, 'notes.txt'), 'The sharks are restless today.\n'.repeat(100));
      const files = filesBeside(join(folder, name));
      const before = files.map((each) => digest(join(folder, each)));
      const file = join(folder, name);

      await expect(backfill(file, options)).rejects.toThrow(error.message.replace('FILE', file));

      expect(filesBeside(file)).toEqual(files);
      expect(files.map((each) => digest(join(folder, each)))).toEqual(before);
    });
  });
});
