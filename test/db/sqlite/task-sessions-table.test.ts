import type { Connection } from '../../../src/db/sqlite/driver.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { migrationsFolder, open } from '../../support/shark-databases.ts';

let connection: Connection;

beforeEach(async () => {
  connection = open(':memory:');
  const clock = { now: () => new Date('2026-01-11T09:00:00Z') };
  await migrate({ connection, folder: migrationsFolder, clock });
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Epic', 'active', 'high');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Feature', 'active');
    INSERT INTO tasks (id, feature_id, key, title, status) VALUES
      (1, 1, 'T-E01-F01-001', 'One', 'in_development'), (2, 1, 'T-E01-F01-002', 'Two', 'in_development');
  `);
});

const closed = { ended_at: '2026-01-11T10:30:00.000+00:00', outcome: 'completed' };

describe('a time', () => {
  const columns = ['started_at', 'ended_at', 'created_at', 'updated_at'];
  const others = [
    '2026-01-11 10:20:00',
    '2026-01-11T10:20:00Z',
    '2026-01-11T10:20:00.000Z',
    '2026-01-11T10:20:00+00:00',
    '2026-01-11T10:20:00.000-06:00',
    '2026-01-11T10:20:00.000000+00:00',
    '2026-01-11T24:00:00.000+00:00',
    '2026-02-30T10:20:00.000+00:00',
    '2026-01-11',
    '',
    1_768_126_800_000,
  ];

  test.each(columns)('%s accepts one format only', (column) => {
    for (const time of others)
      expect(() => insertSession({ ...closed, [column]: time }), `${time}`).toThrow(
        'CHECK constraint failed',
      );
    expect(() => insertSession({ ...closed, [column]: '2026-01-11T10:20:00.000+00:00' })).not.toThrow();
  });

  test('accepts any instant', () => {
    fc.assert(
      fc.property(instant(), (at) => {
        const id = insertSession({ started_at: text(at), ended_at: text(at), outcome: 'completed' });
        expect(session(id).started_at).toBe(text(at));
      }),
    );
  });
});

describe('the end of a session', () => {
  test.each(['completed', 'rejected', 'blocked', 'abandoned'])('accepts the outcome %s', (outcome) => {
    expect(session(insertSession({ ...closed, outcome }))).toMatchObject({ outcome });
  });

  test.each([
    ['another outcome', { ...closed, outcome: 'paused' }, 'outcome is one of'],
    ['an end without an outcome', { ...closed, outcome: null }, 'an outcome exactly when it has ended'],
    ['an outcome without an end', { ...closed, ended_at: null }, 'an outcome exactly when it has ended'],
    [
      'an end before the start',
      { ...closed, ended_at: '2026-01-11T09:59:59.999+00:00' },
      'does not end before it starts',
    ],
  ])('rejects %s', (_, columns, constraint) => {
    expect(() => insertSession(columns)).toThrow(constraint);
  });
});

describe('active sessions', () => {
  test('are limited to one per task', () => {
    const first = insertSession({});
    expect(() => insertSession({})).toThrow('UNIQUE constraint failed: task_sessions.task_id');
    insertSession({ task_id: 2 });

    close(first);
    expect(() => insertSession({})).not.toThrow();
  });
});

describe('a closed session', () => {
  const columns =
    'id task_id agent_id agent_type phase claimed_from claimed_to closed_from closed_to started_at ended_at outcome notes created_at';

  test.each(columns.split(' '))('rejects a change of %s', (column) => {
    const id = insertSession({});
    close(id);
    const before = session(id);

    expect(() =>
      connection.prepare(`UPDATE task_sessions SET ${column} = ${column} WHERE id = ?`).run(id),
    ).toThrow('a closed session is an audit record and is not edited');
    expect(session(id)).toEqual(before);
  });
});

describe('deletion of sessions', () => {
  // In SQLite a program has to rebuild a table to change its CHECK.
  test('does not happen when another program rebuilds the tasks table', () => {
    const id = insertSession({});
    const before = session(id);

    connection.pragma('foreign_keys = OFF');
    connection.exec(`
      BEGIN;
      CREATE TABLE tasks_new AS SELECT * FROM tasks;
      DROP TABLE tasks;
      ALTER TABLE tasks_new RENAME TO tasks;
      COMMIT`);

    expect(session(id)).toEqual(before);
  });

  test.each(['tasks', 'features', 'epics'])('happens when rows are deleted from %s', (table) => {
    insertSession(closed);
    insertSession({});

    connection.exec(`DELETE FROM ${table} WHERE id = 1`);

    expect(connection.prepare('SELECT * FROM task_sessions').all()).toEqual([]);
  });
});

describe('duration_minutes', () => {
  test('is null for an active session, and its duration afterwards', () => {
    const id = insertSession({});
    expect(session(id).duration_minutes).toBeNull();
    close(id);
    expect(session(id).duration_minutes).toBe(30);
  });

  test('cannot be written', () => {
    expect(() => insertSession({ duration_minutes: 1 })).toThrow('generated column "duration_minutes"');
  });

  test('is 30 for half an hour, although the difference of the julian days is less', () => {
    const [started_at, ended_at] = ['2026-01-11T10:02:00.000+00:00', '2026-01-11T10:32:00.000+00:00'];
    const plain = connection.prepare<unknown[], number>(
      'SELECT CAST((julianday(?) - julianday(?)) * 1440 AS INTEGER)',
    );
    expect(plain.pluck().get(ended_at, started_at)).toBe(29);

    expect(session(insertSession({ ...closed, started_at, ended_at })).duration_minutes).toBe(30);
  });

  test('is exact for any number of half hours', () => {
    fc.assert(
      fc.property(instant(), fc.nat({ max: 20_000 }), (start, halfHours) => {
        const end = new Date(start.getTime() + halfHours * 30 * 60_000);
        expect(durationBetween(start, end)).toBe(halfHours * 30);
      }),
    );
  });

  test('is within a thousandth of a minute of the true value', () => {
    fc.assert(
      fc.property(instant(), instant(), (one, other) => {
        const [start, end] = one <= other ? [one, other] : [other, one];
        const minutes = (end.getTime() - start.getTime()) / 60_000;
        expect(Math.abs(durationBetween(start, end) - minutes)).toBeLessThan(0.001);
      }),
    );
  });

  function durationBetween(start: Date, end: Date): number {
    const id = insertSession({ started_at: text(start), ended_at: text(end), outcome: 'completed' });
    return Number(session(id).duration_minutes);
  }
});

test('a change updates updated_at', () => {
  const id = insertSession({ updated_at: '2020-01-01T00:00:00.000+00:00' });
  close(id);
  expect(session(id).updated_at).not.toBe('2020-01-01T00:00:00.000+00:00');
});

test('opened and closed sessions are numbered in order', () => {
  const first = insertSession({});
  const second = insertSession({ task_id: 2 });
  close(second);
  close(first);

  expect(session(first)).toMatchObject({ opened_revision: 1, closed_revision: 4 });
  expect(session(second)).toMatchObject({ opened_revision: 2, closed_revision: 3 });
});

type Value = string | number | null;

/** Inserts a session on the first task that started at 10:00. `columns` overrides its values. Returns its id. */
function insertSession(columns: Record<string, Value>): number {
  const row = {
    task_id: 1,
    agent_id: 'judy',
    phase: 'development',
    claimed_from: 'ready_for_development',
    claimed_to: 'in_development',
    started_at: '2026-01-11T10:00:00.000+00:00',
    ...columns,
  };
  const names = Object.keys(row);
  const sql = `INSERT INTO task_sessions (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  return Number(connection.prepare(sql).run(...Object.values(row)).lastInsertRowid);
}

function close(id: number): void {
  connection
    .prepare('UPDATE task_sessions SET ended_at = ?, outcome = ? WHERE id = ?')
    .run(closed.ended_at, closed.outcome, id);
}

function session(id: number): Record<string, Value> {
  const row = connection
    .prepare<[number], Record<string, Value>>('SELECT * FROM task_sessions WHERE id = ?')
    .get(id);
  if (row === undefined) throw new Error(`There is no session ${id}.`);
  return row;
}

function instant(): fc.Arbitrary<Date> {
  const [min, max] = [new Date('1970-01-01T00:00:00Z'), new Date('2100-01-01T00:00:00Z')];
  return fc.date({ min, max, noInvalidDate: true });
}

/** Formats a time as Prisma does. */
function text(at: Date): string {
  return at.toISOString().replace('Z', '+00:00');
}
