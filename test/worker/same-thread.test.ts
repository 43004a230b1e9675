import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AnalyticsWorker, createAnalyticsWorker } from '../../src/worker/analytics-worker.ts';
import type { QueryName, QueryParameters, QueryResult } from '../../src/worker/queries.ts';
import { createSameThreadWorker } from '../../src/worker/same-thread.ts';
import { DatabaseError } from '../../src/db/errors.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { inspectTables } from '../../src/db/sqlite/inspect-tables.ts';
import { InvalidInputError } from '../../src/domain/errors.ts';
import { loadWorkflow } from '../../src/domain/workflow/load.ts';
import { analyticsThread } from '../support/analytics-thread.ts';
import { manualClock } from '../support/manual-clock.ts';
import { fillMixedSessions } from '../support/mixed-sessions.ts';
import { migrationsFolder, open, temporaryFolder } from '../support/shark-databases.ts';

/** Both kinds of worker, on one file with sessions of every kind. */
async function both() {
  const file = join(temporaryFolder(), 'shark.db');
  const clock = manualClock();
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock });
  fillMixedSessions(connection);
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const data = { file, tables: inspectTables(connection), workflow, clock };
  const sameThread = createSameThreadWorker(data);
  const thread = createAnalyticsWorker({
    ...data,
    timeoutMs: 30_000,
    checkFileIdentity: () => {},
    thread: await analyticsThread(),
  });
  onTestFinished(() => sameThread.close());
  onTestFinished(() => thread.close());
  return { file, connection, clock, sameThread, thread };
}

type Run = (analyticsWorker: AnalyticsWorker) => Promise<unknown>;

const query = <Name extends QueryName>(name: Name, parameters: QueryParameters<Name>): [Name, Run] => [
  name,
  (analyticsWorker): Promise<QueryResult<Name>> => analyticsWorker.run(name, parameters),
];

const filter = { since: new Date('2026-01-01'), until: new Date('2026-02-01') };

const queries: [QueryName, Run][] = [
  query('phaseDurations', { filter: {} }),
  query('phaseDurations', { filter: { ...filter, agentType: 'backend' } }),
  query('phaseDurationTrend', { filter, bucket: 'DAY' }),
  query('agentPerformance', { filter: {} }),
  query('phaseFlow', { filter: {}, waitsToList: 3 }),
  query('sessionCount', { filter: { active: true } }),
  query('sessionsAsCsv', {
    filter: {},
    after: undefined,
    atMost: { rows: 20, charactersOfNotes: 1_000 },
  }),
];

describe('a query in the calling thread', () => {
  it('has the same result as in the worker thread', async () => {
    const { sameThread, thread } = await both();
    for (const [name, run] of queries) {
      const result = await run(sameThread);
      expect({ name, result }).toEqual({ name, result: await run(thread) });
    }
    // The database is not empty.
    expect(await sameThread.run('sessionCount', { filter: {} })).toBe(60);
  });

  it('reads what is committed at its start', async () => {
    const { sameThread, connection } = await both();
    const before = await sameThread.run('sessionCount', { filter: { active: true } });
    connection.exec(`UPDATE task_sessions SET ended_at = '2026-01-11T09:00:00.000+00:00', outcome = 'abandoned'
      WHERE id = (SELECT MIN(id) FROM task_sessions WHERE ended_at IS NULL)`);
    expect(await sameThread.run('sessionCount', { filter: { active: true } })).toBe(before - 1);
  });

  it('throws InvalidInputError like the worker thread', async () => {
    const { sameThread, thread } = await both();
    const wrong = { filter: { since: new Date('2026-02-01'), until: new Date('2026-01-01') } };
    const errors = await Promise.all(
      [sameThread, thread].map((analyticsWorker) =>
        analyticsWorker.run('phaseDurationTrend', { ...wrong, bucket: 'DAY' }).then(
          () => undefined,
          (reason: unknown) => reason,
        ),
      ),
    );
    const [here, there] = errors;
    expect(here).toBeInstanceOf(InvalidInputError);
    expect(here).toEqual(there);
  });

  it('throws DatabaseError if a table is missing', async () => {
    const { sameThread, thread, connection } = await both();
    connection.exec('DROP TABLE task_sessions');
    for (const analyticsWorker of [sameThread, thread])
      await expect(analyticsWorker.run('sessionCount', { filter: {} })).rejects.toEqual(
        new DatabaseError('DATABASE_CHANGED'),
      );
  });

  it('throws DatabaseError if the file is missing, and opens it again for the next query', async () => {
    const { file, sameThread } = await both();
    const other = await both();
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });

    const failed: unknown = await sameThread
      .run('sessionCount', { filter: {} })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatabaseError);
    expect(failed).toMatchObject({
      errorCode: 'DATABASE_UNAVAILABLE',
      cause: { message: expect.stringContaining('unable to open database file') },
    });

    other.connection.exec(`VACUUM INTO '${file}'`);
    expect(await sameThread.run('sessionCount', { filter: {} })).toBe(60);
  });

  it('can be closed without running', async () => {
    const { sameThread } = await both();
    await expect(sameThread.close()).resolves.toBeUndefined();
  });
});
