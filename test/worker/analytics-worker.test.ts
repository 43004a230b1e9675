import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { QueryContext } from '../../src/domain/analytics/query-context.ts';
import { AnalyticsTimeoutError } from '../../src/worker/analytics-timeout-error.ts';
import { createAnalyticsWorker } from '../../src/worker/analytics-worker.ts';
import { type Queries, queries } from '../../src/worker/queries.ts';
import { workflowTables } from '../../src/domain/analytics/workflow-tables.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { AbortedError } from '../../src/db/snapshot.ts';
import { openSnapshots } from '../../src/db/sqlite/open-snapshots.ts';
import { abortCheck } from '../../src/db/sqlite/abort-check.ts';
import { inspectTables } from '../../src/db/sqlite/inspect-tables.ts';
import { loadWorkflow } from '../../src/domain/workflow/load.ts';
import { analyticsThread } from '../support/analytics-thread.ts';
import { testApp } from '../support/app.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createSharkDatabase, migrationsFolder, open, temporaryFolder } from '../support/shark-databases.ts';

const timeoutMs = 30_000;
const count = { filter: {} };

async function analyticsWorker(
  file = join(temporaryFolder(), 'shark.db'),
  thread: Promise<URL> | undefined = analyticsThread(),
) {
  const clock = manualClock();
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock });
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const created = createAnalyticsWorker({
    file,
    tables: inspectTables(connection),
    workflow,
    clock,
    timeoutMs,
    checkFileIdentity: () => {},
    thread: await thread,
  });
  onTestFinished(() => created.close());
  return { ...created, clock, file };
}

describe('the analytics worker', () => {
  it('runs queries one after the other', async () => {
    const { run } = await analyticsWorker();
    await expect(
      Promise.all([run('sessionCount', count), run('phaseDurations', count), run('sessionCount', count)]),
    ).resolves.toEqual([0, { counted: expect.objectContaining({ length: 6 }), revision: 0 }, 0]);
  });

  it('aborts a query that takes longer than the timeout, and runs the next one', async () => {
    const { run, clock } = await analyticsWorker();
    // The thread is still starting.
    const first = run('sessionCount', count);
    const second = run('sessionCount', count);
    clock.advance(timeoutMs - 1);
    const third = run('sessionCount', count);
    clock.advance(1);

    await expect(first).rejects.toThrow(AnalyticsTimeoutError);
    await expect(second).rejects.toMatchObject({
      message: 'The query took longer than 30 s and was aborted',
      suggestion: expect.stringContaining('Narrow it with since, until, epicKey or featureKey'),
    });
    await expect(third).resolves.toBe(0);
    expect(clock.pendingUnref).toEqual([]);
  });

  it('cancels the timer of a query that has ended', async () => {
    const { run, clock } = await analyticsWorker();
    const answer = run('sessionCount', count);
    expect(clock.pendingUnref).toEqual([timeoutMs]);
    await answer;
    expect(clock.pendingUnref).toEqual([]);
  });

  it('rejects a query when the file cannot be opened, and opens it again for the next one', async () => {
    const { run, file } = await analyticsWorker();
    const before = await run('sessionCount', count);
    const other = await analyticsWorker(createSharkDatabase('recent'));
    rmSync(other.file);

    await expect(other.run('sessionCount', count)).rejects.toMatchObject({
      errorCode: 'DATABASE_UNAVAILABLE',
      cause: { message: expect.stringContaining('unable to open database file') },
    });
    createSharkDatabase('recent', other.file);
    await migrate({ connection: open(other.file), folder: migrationsFolder, clock: other.clock });
    await expect(other.run('sessionCount', count)).resolves.toBe(before);
    expect(file).not.toBe(other.file);
  });

  it('aborts all queries when it is closed, and accepts no more', async () => {
    const { run, close } = await analyticsWorker();
    const answers = Promise.allSettled([run('sessionCount', count), run('sessionCount', count)]);
    await close();
    const stopped = {
      status: 'rejected',
      reason: expect.objectContaining({ message: 'The server is stopping' }),
    };
    await expect(answers).resolves.toEqual([stopped, stopped]);
    await expect(run('sessionCount', count)).rejects.toThrow('The server is stopping');
  });

  it('starts a new thread after one that ended unexpectedly', async () => {
    const { run } = await analyticsWorker();
    await run('sessionCount', count);
    // For example, when a thread runs out of memory.
    const ended = vi.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(function end(
      this: Worker,
    ) {
      void this.terminate();
    });
    const [first, second] = await Promise.allSettled([
      run('sessionCount', count),
      run('sessionCount', count),
    ]);
    ended.mockRestore();

    expect(first).toMatchObject({
      status: 'rejected',
      reason: { message: 'The analytics thread ended unexpectedly' },
    });
    expect(second).toEqual({ status: 'fulfilled', value: 0 });
  });

  it('runs the next query when one cannot be sent to the thread', async () => {
    const { run } = await analyticsWorker();
    const refused = vi.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(() => {
      throw new Error('no more threads');
    });
    const [first, second] = await Promise.allSettled([
      run('sessionCount', count),
      run('sessionCount', count),
    ]);
    refused.mockRestore();

    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'no more threads' } });
    expect(second).toEqual({ status: 'fulfilled', value: 0 });
  });
});

it('a statement with an abort check stops when it is aborted', async () => {
  const file = join(temporaryFolder(), 'shark.db');
  const connection = open(file);
  connection.exec('CREATE TABLE item (id INTEGER PRIMARY KEY)');
  const insert = connection.prepare('INSERT INTO item (id) VALUES (?)');
  for (const id of [1, 4_095, 4_096, 4_097, 8_192]) insert.run(id);
  let asked = 0;
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(connection),
    setUp: '',
    isAborted: () => {
      asked += 1;
      return asked === 2;
    },
  });
  onTestFinished(() => snapshots.close());
  const statement = sql`SELECT COUNT(*) AS count FROM item WHERE ${abortCheck(sql`item.id`)}`;

  expect(() => snapshots.read(({ all }) => all(statement))).toThrow(AbortedError);
  expect(asked).toBe(2);
  // The connection can be used again.
  expect(snapshots.read(({ all }) => all(statement))).toEqual([{ count: 5 }]);
});

const filter = { agentType: 'nobody' };
const page = { filter, after: undefined, atMost: 50, ascending: false };
const searches: [keyof Queries, (context: QueryContext) => unknown][] = [
  ['phaseDurations', (context) => queries.phaseDurations(context, { filter })],
  ['phaseDurationTrend', (context) => queries.phaseDurationTrend(context, { filter, bucket: 'DAY' })],
  ['agentPerformance', (context) => queries.agentPerformance(context, { filter })],
  ['reworkByAgent', (context) => queries.reworkByAgent(context, { filter })],
  ['firstPasses', (context) => queries.firstPasses(context, { filter })],
  ['sessionPage', (context) => queries.sessionPage(context, { ...page, orderBy: 'startedAt' })],
  ['sessionCount', (context) => queries.sessionCount(context, { filter })],
  [
    'sessionsAsCsv',
    (context) => queries.sessionsAsCsv(context, { ...page, atMost: { rows: 50, charactersOfNotes: 50 } }),
  ],
];

it.each(searches)('a query without results can also be aborted: %s', async (_name, query) => {
  const file = join(temporaryFolder(), 'shark.db');
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock: manualClock() });
  connection.exec(`INSERT INTO epics (key, title, status, priority) VALUES ('E01', 'Epic', 'active', 'medium');
    INSERT INTO features (epic_id, key, title, status) VALUES (1, 'E01-F01', 'Feature', 'active');
    INSERT INTO tasks (feature_id, key, title, status) VALUES (1, 'T-E01-F01-001', 'Task', 'draft');
    INSERT INTO task_sessions
      (id, task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
    VALUES (4096, 1, 'ada', 'tester', 'qa', 'ready_for_qa', 'in_qa',
      '2026-01-01T00:00:00.000+00:00', '2026-01-01T01:00:00.000+00:00', 'completed')`);
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  let isAborted = false;
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(connection),
    setUp: workflowTables(workflow),
    isAborted: () => isAborted,
  });
  onTestFinished(() => snapshots.close());
  const run = () => snapshots.read((snapshot) => query({ snapshot, workflow, now: new Date('2026-02-01') }));
  expect(run).not.toThrow();
  isAborted = true;
  expect(run).toThrow(AbortedError);
});

it('a client gets the code TIMEOUT for a query that took too long', async () => {
  const clock = manualClock();
  await using app = await testApp({ clock });
  const answer = app.post('{ phaseDurations { phase } }');
  while (clock.pendingUnref.length === 0) await turn();
  clock.advance(timeoutMs);

  const { data, errors } = await answer;

  expect(data).toBeNull();
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('The query took longer than 30 s and was aborted'),
      path: ['phaseDurations'],
      extensions: { code: 'TIMEOUT' },
    },
  ]);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

it('a query sees what was committed before it', async () => {
  await using app = await testApp();
  const countIn = async () => (await app.post('{ sessions { totalCount } }')).data;
  expect(await countIn()).toEqual({ sessions: { totalCount: 0 } });
  app.change(`INSERT INTO epics (key, title, status, priority) VALUES ('E01', 'Epic', 'active', 'medium');
    INSERT INTO features (epic_id, key, title, status) VALUES (1, 'E01-F01', 'Feature', 'active');
    INSERT INTO tasks (feature_id, key, title, status) VALUES (1, 'T-E01-F01-001', 'Task', 'draft');
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
    VALUES (1, 'ada', 'qa', 'ready_for_qa', 'in_qa', '2026-01-01T00:00:00.000+00:00')`);
  expect(await countIn()).toEqual({ sessions: { totalCount: 1 } });
});
