import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';

async function readiness(app: TestApp): Promise<[status: number, answer: unknown]> {
  const response = await app.fetch('http://test/ready');
  return [response.status, await response.json()];
}

const ready = [200, { status: 'ready' }];

describe('/health', () => {
  it('returns "alive", even if the database fails', async () => {
    await using app = await testApp({
      onStatement() {
        throw new Error('disk I/O error');
      },
    });
    const response = await app.fetch('http://test/health');
    expect([response.status, await response.json()]).toEqual([200, { status: 'alive' }]);
  });
});

describe('/ready', () => {
  it('returns ready or the failed checks, and logs the cause once', async () => {
    let broken = false;
    await using app = await testApp({
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    expect(await readiness(app)).toEqual(ready);
    broken = true;
    const why = 'the database cannot be read. See the log for the cause';
    for (let time = 0; time < 2; time += 1)
      expect(await readiness(app)).toEqual([503, { status: 'not ready', failedChecks: [why] }]);
    broken = false;
    expect(await readiness(app)).toEqual(ready);
    expect(app.logged.filter(({ msg }) => String(msg).startsWith('the server is'))).toMatchObject([
      { level: 50, failedChecks: [why], err: { message: expect.stringContaining('disk I/O error') } },
      { level: 30, msg: 'the server is ready again' },
    ]);
  });

  it('fails if the database file was moved or replaced', async () => {
    await using app = await testApp();
    await using other = await testApp();
    const { databaseFile } = app.config;
    renameSync(databaseFile, `${databaseFile}.moved`);
    const notReady = [
      503,
      {
        status: 'not ready',
        failedChecks: [
          expect.stringContaining(
            'The database file was deleted, moved or replaced while the server was using it. The operator must move the original file back. If the file is lost, the operator must stop the server',
          ),
        ],
      },
    ];
    expect(await readiness(app)).toEqual(notReady);
    await other.stop();
    renameSync(other.config.databaseFile, databaseFile);
    expect(await readiness(app)).toEqual(notReady);
    rmSync(databaseFile);
    renameSync(`${databaseFile}.moved`, databaseFile);
    expect(await readiness(app)).toEqual(ready);
  });

  it('fails if a migration is no longer applied', async () => {
    await using app = await testApp();
    app.change(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '%heartbeats'`);
    expect(await readiness(app)).toEqual([
      503,
      {
        status: 'not ready',
        failedChecks: [
          'these migrations are no longer applied: 20261122200000_heartbeats. Restart the server to apply them',
        ],
      },
    ]);
  });

  it('succeeds without a table of sessions with MIGRATE=off', async () => {
    await using app = await testApp({
      database: 'CREATE TABLE tasks (id INTEGER PRIMARY KEY, feature_id, key, status)',
      config: { migrate: false },
    });
    expect(await readiness(app)).toEqual(ready);
    expect((await app.fetch('http://test/metrics')).status).toBe(200);
  });
});
