import { describe, expect, it } from 'vitest';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { createEarlierDatabase } from '../../support/earlier-database.ts';
import { migrationsFolder, open } from '../../support/shark-databases.ts';

const migration = '20261201110000_idempotency_keys_of_clients';
const time = '2026-01-11T10:00:00.000+00:00';
const clock = { now: () => new Date(time) };
const board = `
  INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Epic', 'active', 'high');
  INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Feature', 'active');
  INSERT INTO tasks (id, feature_id, key, title, status) VALUES (1, 1, 'T-E01-F01-001', 'One', 'in_development');
  INSERT INTO task_sessions (id, task_id, agent_id, phase, claimed_from, claimed_to, started_at)
    VALUES (7, 1, 'backend', 'development', 'ready_for_development', 'in_development', '${time}');
  INSERT INTO idempotency_keys (key, request, session_id, warnings, created_at) VALUES
    ('job-42', '{}', 7, '["late"]', '${time}'), ('no-work', '{}', NULL, '[]', '${time}');`;

async function migrated(sql = '') {
  const connection = open(await createEarlierDatabase(migration, board + sql));
  expect(await migrate({ connection, folder: migrationsFolder, clock })).toMatchObject({
    applied: expect.arrayContaining([migration]),
  });
  return connection;
}

describe('the migration of idempotency keys', () => {
  it('keeps each key with its session, for an unknown client', async () => {
    const connection = await migrated();
    expect(connection.prepare('SELECT * FROM idempotency_keys').all()).toEqual([
      {
        client_id: '',
        key: 'job-42',
        request: '{}',
        session_id: 7,
        warnings: '["late"]',
        created_at: time,
      },
    ]);
    expect(connection.prepare('SELECT name FROM sqlite_temp_schema').all()).toEqual([]);
  });

  it('keeps the rule that a key is deleted with its session', async () => {
    const connection = await migrated();
    connection.exec('DELETE FROM task_sessions');
    expect(connection.prepare('SELECT * FROM idempotency_keys').all()).toEqual([]);
  });

  it('succeeds if a view of another program refers to a missing table', async () => {
    await migrated('CREATE VIEW broken AS SELECT * FROM no_such_table;');
  });

  it('lets a server of the earlier version store keys until it stops', async () => {
    const connection = await migrated();
    connection.exec(`DELETE FROM idempotency_keys WHERE session_id IS NULL;
      INSERT INTO idempotency_keys (key, request, session_id, warnings, created_at)
      VALUES ('late', '{}', 7, '[]', '${time}')`);
    expect(connection.prepare(`SELECT client_id FROM idempotency_keys WHERE key = 'late'`).all()).toEqual([
      { client_id: '' },
    ]);
  });
});
