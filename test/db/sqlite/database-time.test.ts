import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  databaseTime,
  fastMillisecondsSql,
  isoTime,
  millisecondsSql,
  readTime,
} from '../../../src/db/sqlite/database-time.ts';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { migrationsFolder } from '../../support/shark-databases.ts';
import { damagedTimes, readableFormats, storedTimes, unreadableValues } from '../../support/stored-times.ts';

const connection = openConnection(':memory:');
afterAll(() => connection.close());

const [readInSql, readInTrigger] = [fastMillisecondsSql, millisecondsSql].map((text) =>
  connection
    .prepare<[unknown], number | null>(`SELECT ${text('t.value')} FROM (SELECT ? AS value) t`)
    .pluck(),
);

/** Reads a value in JavaScript and in SQL. */
function read(stored: unknown): (number | null | undefined)[] {
  const inSql = readInSql?.get(stored);
  expect(readInTrigger?.get(stored)).toBe(inSql);
  return [readTime(stored)?.getTime() ?? null, inSql];
}

describe('a stored time', () => {
  it.each([
    ['2026-01-18 10:00:00 +0000 UTC', '2026-01-18T10:00:00.000Z'],
    ['2026-01-18 10:00:00.112233638 +0330 +0330 m=+84630.7', '2026-01-18T06:30:00.112Z'],
    ['2026-01-02 14:18:04.926767683+00:00', '2026-01-02T14:18:04.926Z'],
    ['2026-01-11 22:10:41', '2026-01-11T22:10:41.000Z'],
    ['2026-01-11T22:10:41.5Z', '2026-01-11T22:10:41.500Z'],
    ['2026-01-11 24:00:00', '2026-01-12T00:00:00.000Z'],
    [1_795_942_800_000, '2026-11-29T09:00:00.000Z'],
    [1_795_942_800, '2026-11-29T09:00:00.000Z'],
    ['1795942800000', '2026-11-29T09:00:00.000Z'],
    ['1795942800', '2026-11-29T09:00:00.000Z'],
    [1_795_942_800.25, '2026-11-29T09:00:00.250Z'],
    ['1969-12-31 23:59:59.500', '1969-12-31T23:59:59.500Z'],
  ])('%j is read as %s', (stored, instant) => {
    expect(read(stored)).toEqual([Date.parse(instant), Date.parse(instant)]);
    expect(isoTime(stored)).toBe(instant);
  });

  it.each([...unreadableValues, null])('%j is no time', (stored) => {
    expect(read(stored)).toEqual([null, null]);
    expect(isoTime(stored)).toBeNull();
  });

  test('a BLOB is no time', () => {
    expect(read(Buffer.from('2026-01-11 10:00:00'))).toEqual([null, null]);
  });

  test('has many formats', () => {
    expect(Object.keys(readableFormats).length).toBeGreaterThan(20);
  });

  test('is read to the millisecond, in JavaScript and in SQL', () => {
    fc.assert(
      fc.property(storedTimes, ({ stored, instant }) => {
        expect(read(stored)).toEqual([instant, instant]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('with an error is read alike in JavaScript and in SQL', () => {
    fc.assert(
      fc.property(damagedTimes, (stored) => {
        const [inJavaScript, inSql] = read(stored);
        expect(inSql).toBe(inJavaScript);
      }),
      { numRuns: 5_000 },
    );
  });

  test('of this program is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (instant) => {
          expect(read(databaseTime(instant))).toEqual([instant.getTime(), instant.getTime()]);
          expect(isoTime(databaseTime(instant))).toBe(instant.toISOString());
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('the triggers of the database read times as this program does', () => {
  const file = join(migrationsFolder, '20261130220000_times_and_key_order', 'migration.sql');
  const withoutIndentation = (text: string) => text.replaceAll(/\s+/g, ' ');

  expect(withoutIndentation(readFileSync(file, 'utf8'))).toContain(
    withoutIndentation(millisecondsSql('NEW."changed_at"')),
  );
});
