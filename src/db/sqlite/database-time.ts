import { sql } from 'kysely';
import type { Sql } from '../statements.ts';

/**
 * Formats a time for the database: `2026-01-11T10:00:00.000+00:00`. SQLite compares times as text, so the sessions table
 * needs a single format.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

/*
 * Other programs write times in other formats, and SQLite stores values of every type in every column. There are two
 * readers of stored times: `readTime` and, for SQL, `millisecondsOf`. Both read:
 *
 * - `2026-01-11`, `2026-01-11 10:00`, `2026-01-11T10:00:00.123456` with `Z`, `UTC`, `+03:30`, `+0330` or `+03` after it.
 *   The default is UTC. More digits than milliseconds are cut off.
 * - What the programming language Go prints: `2026-01-11 10:00:00.5 +0330 +0330 m=+84630.7`.
 * - Numbers, also as text: milliseconds since 1970 if there are at least 100 billion, otherwise seconds.
 *
 * All other values are no time: NULL, the empty text, impossible dates, and the time zero of Go, 0001-01-01 00:00:00.
 */

/** The time zero of Go, in milliseconds since 1970. This time and earlier ones are no time. */
const zeroMs = -62_135_596_800_000;

/** The start of the year 10000, in milliseconds since 1970. It is later than each time that can be read. */
export const endOfTime = 253_402_300_800_000;

/** Numbers from here on are milliseconds. Smaller numbers are seconds. */
const smallestMs = 100_000_000_000;

/** Reads a stored time. Returns null if the value is no time. */
export function readTime(stored: unknown): Date | null {
  const instant = millisecondsIn(stored);
  return instant > zeroMs && instant < endOfTime ? new Date(instant) : null;
}

/** Reads a stored time that this program wrote. Throws RangeError if the value is no time. */
export function readOwnTime(stored: string): Date {
  const instant = readTime(stored);
  if (instant === null) throw new RangeError(`'${stored}' is not a time`);
  return instant;
}

/** Formats a stored time as Date.toISOString does. Returns null if the value is no time. */
export function isoTime(stored: unknown): string | null {
  // A list has hundreds of times, and nearly all of them differ only in their end.
  return typeof stored === 'string' && ofDatabaseTime.test(stored)
    ? `${stored.slice(0, -'+00:00'.length)}Z`
    : (readTime(stored)?.toISOString() ?? null);
}

/** Matches the results of databaseTime, and no invalid dates. Leap days and years beyond 9999 do not match. */
const ofDatabaseTime =
  /^[1-9]\d{3}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}\+00:00$/;

const dateAndClock = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(?:\.(\d+))?)?[ \t\n\v\f\r]*([^]*))?$/;
const offsetFromUtc = /^([+-])(\d\d)(?::?(\d\d)|(\d\d) [^]*)?$/;
const outerWhitespace = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const digits = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Returns the milliseconds since 1970, or NaN. */
function millisecondsIn(stored: unknown): number {
  if (typeof stored === 'number') return rounded(Math.abs(stored) >= smallestMs ? stored : stored * 1_000);
  if (typeof stored !== 'string') return Number.NaN;
  // For SQLite, a text ends at its first NUL character.
  const text = (stored.split('\0', 1)[0] ?? '').replace(outerWhitespace, '');
  if (digits.test(text)) return millisecondsIn(Number(text));
  const [, date = '', hours = '00:00', seconds = ':00', fraction = '', zone = ''] =
    dateAndClock.exec(text) ?? [];
  const day = new Date(`${date}T00:00Z`);
  // JavaScript turns 30 February into 2 March.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return Number.NaN;
  const clock = `${hours}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  return new Date(`${date}T${clock}Z`).getTime() - offsetMinutes(zone) * 60_000;
}

/** Returns the minutes that a time zone is ahead of UTC, or NaN. */
function offsetMinutes(zone: string): number {
  if (['', 'Z', 'z', 'UTC'].includes(zone)) return 0;
  const [, sign, hours = '', ...minutes] = offsetFromUtc.exec(zone) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes.find((found) => found !== undefined) ?? 0)];
  if (sign === undefined || hour > 14 || minute > 59) return Number.NaN;
  return (hour * 60 + minute) * (sign === '-' ? -1 : 1);
}

/** Rounds as the SQL function ROUND does: half a millisecond is rounded away from zero. */
function rounded(milliseconds: number): number {
  return Math.trunc(milliseconds + (milliseconds < 0 ? -0.5 : 0.5));
}

/**
 * Returns SQL that converts a stored time to milliseconds since 1970. The result is NULL for a value that is no time.
 * `column` is the SQL of a column.
 */
export function millisecondsOf(column: string): Sql {
  return sql.raw(fastMillisecondsSql(column));
}

/**
 * The text of `millisecondsOf`. Most times have the format of `databaseTime`, and are read by a function that old
 * versions of SQLite do not have. This function alone would accept 30 February and 24:30.
 */
export function fastMillisecondsSql(column: string): string {
  return `CASE
    WHEN ${column} GLOB '[1-9]???-??-[012]?T??:??:??.???+00:00' AND substr(${column}, 9, 2) < '29' AND substr(${column}, 12, 2) < '24'
    THEN CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)
    ELSE ${millisecondsSql(column)}
  END`;
}

/** Does the same for a column of `task_sessions`, where all times have one format. Several times faster. */
export function sessionMilliseconds(column: string): Sql {
  return sql.raw(`CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)`);
}

const two = '[0-9][0-9]';
const clock = `[T ]${two}:${two}`;
const whitespace = `char(32, 9, 10, 11, 12, 13)`;

/**
 * The same for migrations, whose triggers also run in other programs: it uses only what old versions of SQLite have. The
 * first branch reads the usual formats, because it is several times faster.
 */
export function millisecondsSql(column: string): string {
  return `IFNULL(
    CASE WHEN ${column} GLOB '[1-9]???-??-??[T ]??:??:??*' AND substr(${column}, 12, 2) < '24'
      AND (substr(${column}, 9, 2) < '29' OR date(substr(${column}, 1, 10), '+0 days') = substr(${column}, 1, 10))
    THEN strftime('%s', ${column}) * 1000 + CASE
      WHEN substr(${column}, 20, 1) <> '.' THEN 0
      WHEN substr(${column}, 21, 3) GLOB '[0-9]${two}' THEN substr(${column}, 21, 3)
    END END,
    CASE WHEN typeof(${column}) IN ('text', 'integer', 'real') THEN (
      SELECT CASE WHEN ms > ${zeroMs} AND ms < ${endOfTime} THEN CAST(ROUND(ms) AS INTEGER) END
      FROM (
        SELECT CASE
          WHEN number IS NOT NULL
          THEN CASE WHEN number >= ${smallestMs} OR number <= -${smallestMs} THEN number ELSE number * 1000 END
          WHEN date(day, '+0 days') = day AND (clock NOT GLOB '?24*' OR substr(clock, 2, 5) || second || fraction = '24:00:00000')
          THEN strftime('%s', day || substr(clock || ' 00:00', 1, 6) || second) * 1000 + fraction
            - 60000 * CASE
              WHEN zone IN ('', 'Z', 'z', 'UTC') THEN 0
              WHEN substr(zone, 2, 2) <= '14' AND minutes <= '59' AND (
                zone GLOB '[-+]${two}' OR zone GLOB '[-+]${two}:${two}' OR zone GLOB '[-+]${two}${two}' OR zone GLOB '[-+]${two}${two} *'
              ) THEN (substr(zone, 2, 2) * 60 + minutes) * (substr(zone, 1, 1) || '1')
            END
        END AS ms
        FROM (
          SELECT *,
            substr(replace(substr(zone, 4, 3), ':', ''), 1, 2) AS minutes,
            CASE WHEN parts > 1 THEN substr(clock, 7, 3) ELSE ':00' END AS second,
            CASE parts WHEN 3 THEN substr(substr(clock, 11, length(clock) - 10 - length(rest)) || '000', 1, 3) ELSE '000' END AS fraction
          FROM (
            SELECT *, ltrim(rest, ${whitespace}) AS zone
            FROM (
              SELECT *, CASE parts WHEN 3 THEN ltrim(substr(clock, 11), '0123456789') WHEN 0 THEN '' ELSE substr(clock, 4 + 3 * parts) END AS rest
              FROM (
                SELECT
                  CASE WHEN stored GLOB '${two}${two}-${two}-${two}*' THEN substr(stored, 1, 10) END AS day,
                  substr(stored, 11) AS clock,
                  CASE
                    WHEN substr(stored, 11) GLOB '${clock}:${two}.[0-9]*' THEN 3
                    WHEN substr(stored, 11) GLOB '${clock}:${two}*' THEN 2
                    WHEN substr(stored, 11) GLOB '${clock}*' THEN 1
                    WHEN length(stored) = 10 THEN 0
                  END AS parts,
                  CASE
                    WHEN typeof(stored) <> 'text' THEN stored
                    WHEN ltrim(substr(stored, 1, 1), '-+') || substr(stored, 2) NOT GLOB '*[^0-9.]*' AND stored GLOB '*[0-9]*' AND stored NOT GLOB '*.*.*'
                    THEN CAST(stored AS REAL)
                  END AS number
                FROM (SELECT CASE typeof(${column}) WHEN 'text' THEN trim(printf('%s', ${column}), ${whitespace}) ELSE ${column} END AS stored LIMIT 1 OFFSET 0)
                LIMIT 1 OFFSET 0
              )
              LIMIT 1 OFFSET 0
            )
            LIMIT 1 OFFSET 0
          )
          LIMIT 1 OFFSET 0
        )
        LIMIT 1 OFFSET 0
      )
    ) END
  )`;
}
