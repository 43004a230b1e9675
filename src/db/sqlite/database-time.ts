import { sql } from 'kysely';
import type { Sql } from '../statements.ts';

/**
 * Formats a time for the database: `2026-01-11T10:00:00.000+00:00`. SQLite compares times as text, so the sessions table
 * needs a single format.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

/**
 * Reads a stored time. Other programs write other formats, for example `2026-01-11 10:00:00`. A time without an offset
 * is in UTC.
 */
export function readTime(stored: string | number): Date {
  // A number counts the milliseconds since 1970.
  if (typeof stored === 'number') return new Date(stored);
  const written = withoutOffset.test(stored) ? `${stored.replace(' ', 'T')}Z` : stored;
  return new Date(written);
}

export function readTimeOrNull(stored: string | number | null): Date | null {
  return stored === null ? null : readTime(stored);
}

/** Formats a stored time as Date.toISOString does. Throws RangeError if the stored text is not a time. */
export function isoTime(stored: string | number): string {
  // A list has hundreds of times, and nearly all of them differ only in their end.
  return typeof stored === 'string' && ofDatabaseTime.test(stored)
    ? `${stored.slice(0, -'+00:00'.length)}Z`
    : readTime(stored).toISOString();
}

/** Matches the results of databaseTime, and no invalid dates. Leap days and years beyond 9999 do not match. */
const ofDatabaseTime =
  /^\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}\+00:00$/;

const withoutOffset = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/**
 * Returns SQL that converts a time column to milliseconds since 1970. Accepts all formats that other programs use. An
 * invalid time becomes null.
 */
export function millisecondsOf(column: Sql): Sql {
  return sql`CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)`;
}
