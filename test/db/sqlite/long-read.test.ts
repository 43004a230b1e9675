import { statSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { workOn } from '../../support/acknowledged.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { open } from '../../support/shark-databases.ts';
import { createTasks } from '../../support/tasks.ts';

const megabyte = 1_024 * 1_024;

it('a long read of another program does not block writes, and its growing log is reported and then truncated', async () => {
  await using app = await testApp();
  const [first = '', second = ''] = await createTasks(app, [
    'ready_for_development',
    'ready_for_development',
  ]);
  const work = workOn(app.config.databaseFile, app.post);
  const reader = open(app.config.databaseFile);
  reader.exec('BEGIN; SELECT count(*) FROM tasks');

  await work.claim(first);
  grow(app, 70 * megabyte);
  expect(warnings(app)).toEqual([]);
  await work.finish(first);

  expect(logBytes(app)).toBeGreaterThan(64 * megabyte);
  expect(warnings(app)).toMatchObject([
    { level: 40, msg: expect.stringContaining('the write-ahead log has grown to 7') },
  ]);
  // The warning is not repeated for each write.
  await work.claim(second);
  expect(warnings(app)).toHaveLength(1);
  work.expectSound();

  reader.exec('COMMIT');
  await work.finish(second);
  // The first commit checkpoints the log, and the second one reuses it from the start.
  await createTasks(app, ['ready_for_development']);
  expect(logBytes(app)).toBeLessThan(17 * megabyte);
  await work.expectRecovered('T-E02-F01-001');
});

it('a client that stops reading its export blocks neither writes nor checkpoints', async () => {
  await using app = await testApp();
  const [first = ''] = await createTasks(app, ['ready_for_development']);
  const work = workOn(app.config.databaseFile, app.post);
  // More than the network buffers hold for a client that does not read.
  app.change(`
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 30000)
    INSERT INTO tasks (feature_id, key, title, status) SELECT 1, 'T-E01-F02-' || n, 'Many', 'draft' FROM number;
    INSERT INTO task_history (task_id, new_status) SELECT id, 'draft' FROM tasks WHERE id > 1;
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
    SELECT 1, 'agent', 'development', 'ready_for_development', 'in_development', '2026-01-01T10:00:00.000+00:00',
      '2026-01-01T11:00:00.000+00:00', 'completed', hex(zeroblob(500)) FROM tasks WHERE id > 1`);
  await app.start();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${new URL(app.url).origin}/export/sessions.csv`, resolve).on('error', reject);
  });
  await new Promise<void>((resolve) => response.once('readable', () => resolve()));
  response.pause();

  await work.claim(first);
  expect(open(app.config.databaseFile).pragma('wal_checkpoint(TRUNCATE)')).toEqual([
    { busy: 0, log: 0, checkpointed: 0 },
  ]);
  await work.finish(first);
  response.destroy();
});

function grow(app: TestApp, bytes: number): void {
  app.change(
    `CREATE TABLE IF NOT EXISTS ballast (bytes); INSERT INTO ballast VALUES (zeroblob(${bytes})); DELETE FROM ballast`,
  );
}

function logBytes(app: TestApp): number {
  return statSync(`${app.config.databaseFile}-wal`).size;
}

function warnings(app: TestApp) {
  return app.logged.filter(({ bytes }) => bytes !== undefined);
}
