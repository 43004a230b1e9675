import type BetterSqlite3 from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { SeedOptions } from '../../seed/seed-database.ts';
import { seedDatabase } from '../../seed/seed-database.ts';
import { around, defaultWorkflow } from '../domain/workflow/workflows.ts';
import { hashOfRows, migratedDatabase, rows, seeded, until } from './seeded.ts';

const open: BetterSqlite3.Database[] = [];

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

const count = (connection: BetterSqlite3.Database, table: string) =>
  connection.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();

/** Definitions as SQLite keeps them, those of each table in the order in which they were made. */
function schemaOf(connection: BetterSqlite3.Database) {
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
  ])('are others for %s', async (_name, options) => {
    const [one, other] = [await filled(), await filled(options)];
    expect(hashOfRows(other.connection)).not.toBe(hashOfRows(one.connection));
  });

  it.each([1, 2, 3, 100, 1_000, 4_321])('have exactly %i sessions', async (sessions) => {
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
  ])('of %s are numbered in the order of time', async (table, time) => {
    const { connection } = await filled();
    const before = `SELECT id, ${time} AS at, LAG(${time}) OVER (ORDER BY id) AS previous FROM ${table}`;
    expect(rows(connection, `SELECT id FROM (${before}) WHERE at < previous`)).toEqual([]);
  });
});

describe('the database', () => {
  it('has the schema of a migrated one, as if it had only been written to', async () => {
    const { connection } = await filled();
    expect(schemaOf(connection)).toEqual(schemaOf(await migrated()));
  });

  it('is whole, and every reference leads somewhere', async () => {
    const { connection } = await filled();
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(connection.pragma('foreign_key_check')).toEqual([]);
  });

  it('has been given no statistics, which would change how it is read', async () => {
    const { connection } = await filled();
    expect(rows(connection, `SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'`)).toEqual([]);
  });

  it('numbers the sessions that are opened next as a server does', async () => {
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

describe('on the way', () => {
  it('tells how many sessions were written', async () => {
    const steps: number[] = [];
    await filled({ onProgress: (sessions) => steps.push(sessions) });
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.reduce((sum, sessions) => sum + sessions)).toBe(2_000);
  });

  it('writes all or nothing', async () => {
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

describe('what is refused', () => {
  it('a database that holds work', async () => {
    const { connection, report } = await filled({ sessions: 50 });
    const again = seedDatabase(connection, { sessions: 50, seed: 1, until, workflow: defaultWorkflow });
    await expect(again).rejects.toThrow(
      `The database :memory: already holds ${report.tasks} tasks: seeding is for a new file. Name another one in DATABASE_URL.`,
    );
  });

  it('one that holds an epic, whose key would be taken', async () => {
    const connection = await migrated();
    connection.exec(
      `INSERT INTO epics (key, title, status, priority) VALUES ('E01', 'Sign-in', 'draft', 'medium')`,
    );
    const seeding = seedDatabase(connection, { sessions: 50, seed: 1, until, workflow: defaultWorkflow });
    await expect(seeding).rejects.toThrow('already holds 1 epic: seeding is for a new file');
  });

  it('a workflow in which nobody gets to work', async () => {
    const idle = around('waiting', { to: ['done'], phase: 'planning' });
    await expect(filled({ workflow: idle })).rejects.toThrow('In this workflow no agent gets to work');
  });
});
