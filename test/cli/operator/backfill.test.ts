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

/** Runs the command on a database and returns its output. The default is the built-in workflow. */
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
const found = `Found 1,422 history rows of 602 tasks.
Would add 194 sessions: 191 completed, 3 rejected.
  planning: 48 sessions of 0.0 minutes on average
  development: 60 sessions of 4.5 minutes on average
  review: 39 sessions of 1.8 minutes on average
  qa: 38 sessions of 0.4 minutes on average
  approval: 9 sessions of 0.0 minutes on average
Skipped:
  256 rows without a status (task_history 1, 2, 3, …)
  81 status changes to 'in_progress', which is not in the workflow (task_history 1425, 180, 182, …)
  41 rows of tasks that do not exist (task_history 74, 309, 310, …)
  4 work periods without an end, so they cannot become closed sessions (task_history 1426, 854, 940, …)
'in_progress' is probably a former name of 'in_development'. To add 80 more sessions, use --map in_progress=in_development
'ready_for_review' is probably a former name of 'ready_for_code_review'. To correct the outcome of 80 sessions, use --map ready_for_review=ready_for_code_review
`;

describe('shark backfill on a command line', { timeout: 60_000 }, () => {
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

  it('prints the planned changes with --dry-run, and does not change the file', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    const before = digest(file);

    const { code, stdout, stderr } = await run(file, '--dry-run');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${builtIn}
Without --dry-run, the backfill would first back up the database and apply migrations: ${migrations}.
${found}Dry run: nothing was changed.
`,
    });
    expect(stderr).toBe('');
    expect(digest(file)).toBe(before);
    expect(filesBeside(file)).toEqual(['shark-tasks.db']);
  });

  it('saves a backup next to the database, and adds the sessions', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    const { sqlite_sequence: _, ...before } = contentsOf(open(file)).rows;

    const { code, stdout } = await run(file);

    const backup = filesBeside(file).find((name) => name.includes('backup')) ?? '';
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${builtIn}
The database was backed up to ${join(dirname(file), backup)} before it was migrated.
Applied migrations: ${migrations}.
${found.replace('Would add', 'Added')}`,
    });
    expect(contentsOf(open(join(dirname(file), backup))).rows).toMatchObject(before);
    const { rows } = contentsOf(open(file));
    expect(rows).toMatchObject(before);
    expect(rows.task_sessions).toHaveLength(194);
  });

  it('reads the former names that --map gives', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);

    const { code, stdout } = await run(
      file,
      '--map in_progress=in_development',
      '--map=ready_for_review=ready_for_code_review',
    );

    expect(code).toBe(0);
    expect(stdout).toContain('Added 274 sessions: 271 completed, 3 rejected.');
    expect((await run(file, '--map in_progress=in_development')).stdout).toContain('Added 0 sessions.');
  });

  it.each([
    [
      '--map in_progress=in_work',
      /^Error: --map in_progress=in_work: the workflow has no status in_work\. Use one of draft, .*completed/,
    ],
    [
      '--map in_qa=in_development',
      /^Error: --map in_qa=in_development: in_qa is a status of the workflow\. Use a name that only old rows/,
    ],
    ['--map in_progress', /Write a former name and a status, like in_progress=in_development\./],
    ['--map =in_qa', /Write a former name and a status, like in_progress=in_development\./],
  ])('rejects %s, and changes nothing', async (option, message) => {
    const file = createSharkDatabase('recent');
    const before = digest(file);

    const { code, stderr } = await run(file, option);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(digest(file)).toBe(before);
  });

  it('rejects an unknown option, and changes nothing', async () => {
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

describe('shark backfill', () => {
  it('changes nothing and makes no backup on the second run', async () => {
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

  it('reads the write-ahead log of a crashed program on a dry run, and does not change it', async () => {
    const held = createDatabaseFrom(['adopted-history.sql']);
    open(held).exec('DELETE FROM task_history WHERE id = 1');
    const file = join(temporaryFolder(), 'shark-tasks.db');
    const files = [file, `${file}-wal`];
    copyFileSync(held, file);
    copyFileSync(`${held}-wal`, `${file}-wal`);
    const before = files.map(digest);

    expect(await backfill(file, { dryRun: true })).toContain('Found 1,421 history rows');

    expect(files.map(digest)).toEqual(before);
  });

  it('keeps the journal mode of the file', async () => {
    const file = createDatabaseFrom(['adopted-history.sql']);
    open(file).pragma('journal_mode = DELETE');

    await backfill(file);

    expect(open(file).pragma('journal_mode', { simple: true })).toBe('delete');
  });

  it('reads the oldest database version with the given workflow file', async () => {
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

  it('adds sessions with MIGRATE=off if the table of sessions exists', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec('DELETE FROM task_sessions');

    expect(await backfill(file, { migrate: false })).toContain('Added 1 session');
  });

  it('rejects an older database version with MIGRATE=off', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec(
      `DELETE FROM _prisma_migrations WHERE migration_name = '20261122200100_idempotency_keys'`,
    );

    await expect(backfill(file, { migrate: false })).rejects.toThrow('was made by an earlier version');
  });

  it('reports a file that is locked by another program', async () => {
    const file = createSharkDatabase('recent');
    await backfill(file);
    open(file).exec('BEGIN IMMEDIATE');

    await expect(backfill(file)).rejects.toThrow(
      new DatabaseBusyError(
        `Another program has locked the database ${file}. The sessions added so far are saved. Run the backfill again to continue.`,
      ),
    );
  });

  describe('rejects, and changes nothing:', () => {
    interface Refusal {
      what: string;
      file?: string;
      options?: Partial<BackfillSettings> & { dryRun?: boolean };
      /** FILE stands for the path of the database. */
      error: DatabaseOpenError | WorkflowFileError;
    }
    const noTable = new DatabaseOpenError(
      'The database FILE has no task_sessions table. Run the backfill with MIGRATE=on to add it.',
    );
    const noTasks = new DatabaseOpenError(
      'The database FILE has no tasks table, so there is no history. Set DATABASE_URL to a shark database.',
    );

    it.each<Refusal>([
      { what: 'MIGRATE=off without a sessions table', options: { migrate: false }, error: noTable },
      {
        what: 'MIGRATE=off on a dry run',
        options: { migrate: false, dryRun: true },
        error: noTable,
      },
      { what: 'a database without tasks', file: 'empty.db', error: noTasks },
      {
        what: 'a dry run on a database without tasks',
        file: 'empty.db',
        options: { dryRun: true },
        error: noTasks,
      },
      {
        what: 'a missing database',
        file: 'mistyped.db',
        error: new DatabaseOpenError(
          'There is no database FILE. Set DATABASE_URL to an existing shark database.',
        ),
      },
      {
        what: 'a file that is not a database',
        file: 'notes.txt',
        error: new DatabaseOpenError(
          'FILE is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet.',
        ),
      },
      {
        what: 'a missing workflow file',
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
