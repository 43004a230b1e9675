import fc from 'fast-check';
import { expect, it } from 'vitest';
import { historyReader } from '../../../src/domain/backfill/history-rows.ts';
import { sessionRows } from '../../../src/domain/backfill/session-rows.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { createSharkDatabase, migrationsFolder, open } from '../../support/shark-databases.ts';

const everything = { after: 0, upTo: 1_000 };

/** A database with one task whose history has these times. */
function withTimes(times: readonly (string | number)[]) {
  const connection = open(createSharkDatabase('recent'));
  connection.exec('DELETE FROM task_history');
  const insert = connection.prepare(
    `INSERT INTO task_history (task_id, old_status, new_status, timestamp) VALUES (3, 'ready_for_qa', 'in_qa', ?)`,
  );
  for (const time of times) insert.run(time);
  return connection;
}

it.each([
  ['2025-12-20 17:45:04', '2025-12-20T17:45:04.000Z'],
  ['2025-12-21 19:53:20.11379352+00:00', '2025-12-21T19:53:20.113Z'],
  ['2025-12-27 15:04:05.123456789-06:00', '2025-12-27T21:04:05.123Z'],
  ['2026-01-11T10:00:00Z', '2026-01-11T10:00:00.000Z'],
  ['2026-01-11T10:00:00.250+00:00', '2026-01-11T10:00:00.250Z'],
  ['2026-01-11', '2026-01-11T00:00:00.000Z'],
  ['2026-01-11 24:00:00', '2026-01-12T00:00:00.000Z'],
  ['2026-01-11 10:00:59.9999', '2026-01-11T10:00:59.999Z'],
  ['2025-12-21 19:53:20 -0600 CST', '2025-12-22T01:53:20.000Z'],
  ['yesterday', null],
  ['', null],
  [1_766_252_704, '2025-12-20T17:45:04.000Z'],
  ['0001-01-01 00:00:00+00:00', null],
  ['-0044-03-15 12:00:00', null],
])('%j is read as %s', (time, instant) => {
  const [history] = historyReader(withTimes([time])).read(everything);
  expect(history?.rows.map(({ atMs }) => atMs)).toEqual([instant === null ? null : Date.parse(instant)]);
});

it('reads every time that task_sessions accepts, to the millisecond', async () => {
  const connection = withTimes([]);
  await migrate({ connection, folder: migrationsFolder, clock: manualClock() });
  const insert = connection.prepare(
    `INSERT INTO task_history (task_id, old_status, new_status, timestamp) VALUES (3, 'ready_for_qa', 'in_qa', ?)`,
  );
  const sessions = sessionRows(connection);
  const instants = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  });

  fc.assert(
    fc.property(instants, fc.nat(999_999), (instant, nanoseconds) => {
      connection.exec('DELETE FROM task_history; DELETE FROM task_sessions');
      insert.run(instant.toISOString().replace('Z', `${String(nanoseconds).padStart(6, '0')}+00:00`));
      const atMs = historyReader(connection).read(everything)[0]?.rows[0]?.atMs ?? Number.NaN;
      expect(atMs).toBe(instant.getTime());

      sessions.add(3, {
        ...{ historyId: 1, agentId: 'alice', phase: 'qa', outcome: 'completed', notes: null },
        ...{ claimedFrom: 'ready_for_qa', claimedTo: 'in_qa', closedTo: 'ready_for_approval' },
        ...{ startedAtMs: atMs, endedAtMs: atMs },
      });
      expect(sessions.recorded(everything).get(3)).toEqual([
        { claimedTo: 'in_qa', startedAtMs: atMs, endedAtMs: atMs },
      ]);
    }),
  );
});
