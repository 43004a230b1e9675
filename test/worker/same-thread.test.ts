import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AnalyticsWorker, createAnalyticsWorker } from '../../src/worker/analytics-worker.ts';
import type { Answer, Parameters, QueryName } from '../../src/worker/queries.ts';
import { createSameThreadWorker } from '../../src/worker/same-thread.ts';
import { DatabaseError } from '../../src/db/errors.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { inspectTables } from '../../src/db/sqlite/inspect-tables.ts';
import { InvalidInputError } from '../../src/domain/errors.ts';
import { loadWorkflow } from '../../src/domain/workflow/load.ts';
import { manualClock } from '../support/manual-clock.ts';
import { fillMixedSessions } from '../support/mixed-sessions.ts';
import { migrationsFolder, open, temporaryFolder } from '../support/shark-databases.ts';

/** Both ways to answer, on one file with sessions of every kind. */
async function both() {
  const file = join(temporaryFolder(), 'shark.db');
  const clock = manualClock();
  const connection = open(file);
  await migrate({ connection, folder: migrationsFolder, clock });
  fillMixedSessions(connection);
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const data = { file, tables: inspectTables(connection), workflow, clock };
  const sameThread = createSameThreadWorker(data);
  const thread = createAnalyticsWorker({ ...data, timeoutMs: 30_000, checkFileIdentity: () => {} });
  onTestFinished(() => sameThread.close());
  onTestFinished(() => thread.close());
  return { file, connection, clock, sameThread, thread };
}

type Asked = (analyticsWorker: AnalyticsWorker) => Promise<unknown>;

const asked = <Name extends QueryName>(name: Name, parameters: Parameters<Name>): [Name, Asked] => [
  name,
  (analyticsWorker): Promise<Answer<Name>> => analyticsWorker.run(name, parameters),
];

const filter = { since: new Date('2026-01-01'), until: new Date('2026-02-01') };

const queries: [QueryName, Asked][] = [
  asked('phaseDurations', { filter: {} }),
  asked('phaseDurations', { filter: { ...filter, agentType: 'backend' } }),
  asked('phaseDurationTrend', { filter, bucket: 'DAY' }),
  asked('agentPerformance', { filter: {} }),
  asked('phaseFlow', { filter: {}, waitsToList: 3 }),
  asked('sessionCount', { filter: { active: true } }),
  asked('sessionsAsCsv', {
    filter: {},
    after: undefined,
    atMost: { rows: 20, charactersOfNotes: 1_000 },
  }),
];

describe('a question that is answered where it is asked', () => {
  it('has the answer that the thread gives', async () => {
    const { sameThread, thread } = await both();
    for (const [name, run] of queries) {
      const answer = await run(sameThread);
      expect({ name, answer }).toEqual({ name, answer: await run(thread) });
    }
    // Else there was nothing to agree on.
    expect(await sameThread.run('sessionCount', { filter: {} })).toBe(60);
  });

  it('is answered from what is committed then', async () => {
    const { sameThread, connection } = await both();
    const before = await sameThread.run('sessionCount', { filter: { active: true } });
    connection.exec(`UPDATE task_sessions SET ended_at = '2026-01-11T09:00:00.000+00:00', outcome = 'abandoned'
      WHERE id = (SELECT MIN(id) FROM task_sessions WHERE ended_at IS NULL)`);
    expect(await sameThread.run('sessionCount', { filter: { active: true } })).toBe(before - 1);
  });

  it('is refused as by the thread', async () => {
    const { sameThread, thread } = await both();
    const wrong = { filter: { since: new Date('2026-02-01'), until: new Date('2026-01-01') } };
    const refusals = await Promise.all(
      [sameThread, thread].map((analyticsWorker) =>
        analyticsWorker.run('phaseDurationTrend', { ...wrong, bucket: 'DAY' }).then(
          () => undefined,
          (reason: unknown) => reason,
        ),
      ),
    );
    const [here, there] = refusals;
    expect(here).toBeInstanceOf(InvalidInputError);
    expect(here).toEqual(there);
  });

  it('is a fault of the database where a table is missing', async () => {
    const { sameThread, thread, connection } = await both();
    connection.exec('DROP TABLE task_sessions');
    for (const analyticsWorker of [sameThread, thread])
      await expect(analyticsWorker.run('sessionCount', { filter: {} })).rejects.toEqual(
        new DatabaseError('DATABASE_CHANGED'),
      );
  });

  it('is a fault of the database where the file is gone, and is tried again with the next question', async () => {
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

  it('needs nothing to be closed where nothing was asked', async () => {
    const { sameThread } = await both();
    await expect(sameThread.close()).resolves.toBeUndefined();
  });
});
