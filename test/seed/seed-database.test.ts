import type { Connection } from '../../src/db/sqlite/driver.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { SeedOptions } from '../../seed/seed-database.ts';
import { seedDatabase } from '../../seed/seed-database.ts';
import { around, defaultWorkflow } from '../domain/workflow/workflows.ts';
import { hashOfRows, migratedDatabase, rows, seeded, until } from './seeded.ts';

const open: Connection[] = [];

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});

async function migrated() {
  const connection = await migratedDatabase();
  open.push(connection);
  return connection;
}

async function filled(options: Partial<SeedOptions> = {}) {
  const result = await seeded(options);
  open.push(result.connection);
  return result;
}

const count = (connection: Connection, table: string) =>
  connection.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();

/** The definitions as SQLite stores them, per table in order of creation. */
function schemaOf(connection: Connection) {
  return rows(connection, 'SELECT tbl_name, type, name, sql FROM sqlite_schema ORDER BY tbl_name, rowid');
}

describe('the rows', () => {
  it('are the same for the same seed, end and workflow', async () => {
    const [one, other] = [await filled(), await filled()];
    expect(hashOfRows(other.connection)).toBe(hashOfRows(one.connection));
    expect(other.report).toEqual(one.report);
  });

  it.each<[string, Partial<SeedOptions>]>([
    ['another seed', { seed: 2 }],
    ['another end', { until: new Date(until.getTime() + 1) }],
  ])('differ for %s', async (_name, options) => {
    const [one, other] = [await filled(), await filled(options)];
    expect(hashOfRows(other.connection)).not.toBe(hashOfRows(one.connection));
  });

  it.each([1, 2, 3, 100, 1_000, 4_321])('contain exactly %i sessions', async (sessions) => {
    const { connection, report } = await filled({ sessions });
    expect(count(connection, 'task_sessions')).toBe(sessions);
    expect(report).toEqual({
      sessions,
      tasks: count(connection, 'tasks'),
      activeSessions: count(connection, 'task_sessions WHERE ended_at IS NULL'),
      historyRows: count(connection, 'task_history'),
    });
  });

  it.each([
    ['epics', 'created_at'],
    ['features', 'created_at'],
    ['tasks', 'created_at'],
    ['task_history', 'timestamp'],
    ['task_notes', 'created_at'],
    ['task_sessions', 'started_at'],
  ])('of %s have ids in order of time', async (table, time) => {
    const { connection } = await filled();
    const before = `SELECT id, ${time} AS at, LAG(${time}) OVER (ORDER BY id) AS previous FROM ${table}`;
    expect(rows(connection, `SELECT id FROM (${before}) WHERE at < previous`)).toEqual([]);
  });
});

describe('the database', () => {
  it('has the same schema as a migrated database', async () => {
    const { connection } = await filled();
    expect(schemaOf(connection)).toEqual(schemaOf(await migrated()));
  });

  it('passes the integrity and foreign key checks', async () => {
    const { connection } = await filled();
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(connection.pragma('foreign_key_check')).toEqual([]);
  });

  it('has no planner statistics, which would change query plans', async () => {
    const { connection } = await filled();
    expect(rows(connection, `SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'`)).toEqual([]);
  });

  it('continues the numbering of opened sessions', async () => {
    const { connection, report } = await filled();
    const opened = rows(
      connection,
      'SELECT opened_revision FROM task_sessions WHERE ended_at IS NULL ORDER BY started_at',
    ).map((row) => row.opened_revision);
    expect(opened).toEqual(Array.from({ length: report.activeSessions }, (_, index) => index + 1));
    const next = connection
      .prepare(
        `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
         SELECT id, 'late', 'development', 'ready_for_development', 'in_development', '2026-01-14T15:00:00.000+00:00'
         FROM tasks WHERE id NOT IN (SELECT task_id FROM task_sessions WHERE ended_at IS NULL) LIMIT 1`,
      )
      .run().lastInsertRowid;
    expect(
      connection.prepare('SELECT opened_revision FROM task_sessions WHERE id = ?').pluck().get(next),
    ).toBe(report.activeSessions + 1);
  });
});

describe('while seeding', () => {
  it('reports the number of written sessions', async () => {
    const steps: number[] = [];
    await filled({ onProgress: (sessions) => steps.push(sessions) });
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.reduce((sum, sessions) => sum + sessions)).toBe(2_000);
  });

  it('writes nothing if an error occurs', async () => {
    const connection = await migrated();
    const before = { schema: schemaOf(connection), rows: hashOfRows(connection) };
    let days = 0;
    const broken = seedDatabase(connection, {
      sessions: 2_000,
      seed: 1,
      until,
      workflow: defaultWorkflow,
      onProgress() {
        days += 1;
        if (days === 100) throw new Error('The disk is full');
      },
    });
    await expect(broken).rejects.toThrow('The disk is full');
    expect({ schema: schemaOf(connection), rows: hashOfRows(connection) }).toEqual(before);
  });
});

describe('rejects', () => {
  it('a database that contains tasks', async () => {
    const { connection, report } = await filled({ sessions: 50 });
    const again = seedDatabase(connection, { sessions: 50, seed: 1, until, workflow: defaultWorkflow });
    await expect(again).rejects.toThrow(
      `The database :memory: already contains ${report.tasks} tasks. Only a new database can be seeded. Set DATABASE_URL to another file.`,
    );
  });

  it('a database that contains an epic', async () => {
    const connection = await migrated();
    connection.exec(
      `INSERT INTO epics (key, title, status, priority) VALUES ('E01', 'Sign-in', 'draft', 'medium')`,
    );
    const seeding = seedDatabase(connection, { sessions: 50, seed: 1, until, workflow: defaultWorkflow });
    await expect(seeding).rejects.toThrow('already contains 1 epic. Only a new database can be seeded');
  });

  it('a workflow that allows no sessions', async () => {
    const idle = around('waiting', { to: ['done'], phase: 'planning' });
    await expect(filled({ workflow: idle })).rejects.toThrow('tasks could be claimed');
  });
});
