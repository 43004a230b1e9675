import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Inquiry } from '../../src/domain/analytics/query-context.ts';
import { createBackground, QuestionTimeoutError } from '../../src/worker/analytics-worker.ts';
import { type Questions, questions } from '../../src/worker/queries.ts';
import { workflowTables } from '../../src/worker/workflow-tables.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { GivenUpError, openSnapshots, unlessGivenUp } from '../../src/db/sqlite/snapshot.ts';
import { inspectTables } from '../../src/db/sqlite/tables.ts';
import { Prisma } from '../../src/db/generated/prisma/client.ts';
import { loadWorkflow } from '../../src/domain/workflow/load.ts';
import { testApp } from '../support/app.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createSharkDatabase, migrationsFolder, open, temporaryFolder } from '../support/shark-databases.ts';

const timeoutMs = 30_000;
const count = { filter: {} };

async function background(file = join(temporaryFolder(), 'shark.db')) {
  const clock = manualClock();
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock });
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const created = createBackground({
    file,
    tables: inspectTables(connection),
    workflow,
    clock,
    timeoutMs,
    checkPlace: () => {},
  });
  onTestFinished(() => created.close());
  return { ...created, clock, file };
}

describe('the background', () => {
  it('answers questions in turn', async () => {
    const { ask } = await background();
    await expect(
      Promise.all([ask('sessionCount', count), ask('phaseDurations', count), ask('sessionCount', count)]),
    ).resolves.toEqual([0, { counted: expect.objectContaining({ length: 6 }), revision: 0 }, 0]);
  });

  it('gives up a question that takes too long, and answers the next one', async () => {
    const { ask, clock } = await background();
    // The thread takes longer to start than it takes to get here.
    const first = ask('sessionCount', count);
    const second = ask('sessionCount', count);
    clock.advance(timeoutMs - 1);
    const third = ask('sessionCount', count);
    clock.advance(1);

    await expect(first).rejects.toThrow(QuestionTimeoutError);
    await expect(second).rejects.toThrow(
      'The answer took longer than 30 s and was given up. Ask for less at once, with since, until, epicKey or featureKey',
    );
    await expect(third).resolves.toBe(0);
    expect(clock.background).toEqual([]);
  });

  it('leaves no timer behind when it has answered', async () => {
    const { ask, clock } = await background();
    const answer = ask('sessionCount', count);
    expect(clock.background).toEqual([timeoutMs]);
    await answer;
    expect(clock.background).toEqual([]);
  });

  it('says what is wrong when it cannot read, and tries again with the next question', async () => {
    const { ask, file } = await background();
    const before = await ask('sessionCount', count);
    const other = await background(createSharkDatabase('recent'));
    rmSync(other.file);

    await expect(other.ask('sessionCount', count)).rejects.toMatchObject({
      fault: 'DATABASE_UNAVAILABLE',
      cause: { message: expect.stringContaining('unable to open database file') },
    });
    createSharkDatabase('recent', other.file);
    await migrate({ connection: open(other.file), folder: migrationsFolder, clock: other.clock });
    await expect(other.ask('sessionCount', count)).resolves.toBe(before);
    expect(file).not.toBe(other.file);
  });

  it('gives up what is asked when it is closed, and takes no more questions', async () => {
    const { ask, close } = await background();
    const answers = Promise.allSettled([ask('sessionCount', count), ask('sessionCount', count)]);
    await close();
    const stopped = {
      status: 'rejected',
      reason: expect.objectContaining({ message: 'The server is stopping' }),
    };
    await expect(answers).resolves.toEqual([stopped, stopped]);
    await expect(ask('sessionCount', count)).rejects.toThrow('The server is stopping');
  });

  it('outlives a thread that ends without a word', async () => {
    const { ask } = await background();
    await ask('sessionCount', count);
    // What a thread does that runs out of something the program cannot be told of.
    const ended = vi.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(function end(
      this: Worker,
    ) {
      void this.terminate();
    });
    const [first, second] = await Promise.allSettled([
      ask('sessionCount', count),
      ask('sessionCount', count),
    ]);
    ended.mockRestore();

    expect(first).toMatchObject({
      status: 'rejected',
      reason: { message: 'The thread that answers questions has ended' },
    });
    expect(second).toEqual({ status: 'fulfilled', value: 0 });
  });

  it('answers the next question when one cannot be put', async () => {
    const { ask } = await background();
    const refused = vi.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(() => {
      throw new Error('no more threads');
    });
    const [first, second] = await Promise.allSettled([
      ask('sessionCount', count),
      ask('sessionCount', count),
    ]);
    refused.mockRestore();

    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'no more threads' } });
    expect(second).toEqual({ status: 'fulfilled', value: 0 });
  });
});

it('a statement that carries the condition along is given up in its middle', async () => {
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
    isGivenUp: () => {
      asked += 1;
      return asked === 2;
    },
  });
  onTestFinished(() => snapshots.close());
  const statement = Prisma.sql`SELECT COUNT(*) AS count FROM item WHERE ${unlessGivenUp(Prisma.sql`item.id`)}`;

  expect(() => snapshots.read(({ all }) => all(statement))).toThrow(GivenUpError);
  expect(asked).toBe(2);
  // Once more, and wanted to the end.
  expect(snapshots.read(({ all }) => all(statement))).toEqual([{ count: 5 }]);
});

const filter = { agentType: 'nobody' };
const page = { filter, behind: undefined, atMost: 50, ascending: false };
const searches: [keyof Questions, (inquiry: Inquiry) => unknown][] = [
  ['phaseDurations', (inquiry) => questions.phaseDurations(inquiry, { filter })],
  ['phaseDurationTrend', (inquiry) => questions.phaseDurationTrend(inquiry, { filter, bucket: 'DAY' })],
  ['agentPerformance', (inquiry) => questions.agentPerformance(inquiry, { filter })],
  ['sentBackWork', (inquiry) => questions.sentBackWork(inquiry, { filter })],
  ['firstPasses', (inquiry) => questions.firstPasses(inquiry, { filter })],
  ['sessionPage', (inquiry) => questions.sessionPage(inquiry, { ...page, orderBy: 'startedAt' })],
  ['sessionCount', (inquiry) => questions.sessionCount(inquiry, { filter })],
  [
    'sessionsAsCsv',
    (inquiry) => questions.sessionsAsCsv(inquiry, { ...page, atMost: { rows: 50, charactersOfNotes: 50 } }),
  ],
];

it.each(searches)('a search that finds nothing is given up as well: %s', async (_name, question) => {
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
  let isGivenUp = false;
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(connection),
    setUp: workflowTables(workflow),
    isGivenUp: () => isGivenUp,
  });
  onTestFinished(() => snapshots.close());
  const ask = () =>
    snapshots.read((snapshot) => question({ snapshot, workflow, now: new Date('2026-02-01') }));
  expect(ask).not.toThrow();
  isGivenUp = true;
  expect(ask).toThrow(GivenUpError);
});

it('a client is told when its question took too long', async () => {
  const clock = manualClock();
  await using app = await testApp({ clock });
  const answer = app.post('{ phaseDurations { phase } }');
  while (clock.background.length === 0) await turn();
  clock.advance(timeoutMs);

  const { data, errors } = await answer;

  expect(data).toBeNull();
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('The answer took longer than 30 s and was given up'),
      path: ['phaseDurations'],
      extensions: { code: 'TIMEOUT' },
    },
  ]);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

it('an analytic sees what was committed before it was asked', async () => {
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
