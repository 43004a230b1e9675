import { Prisma } from '../generated/prisma/client.ts';

/**
 * Formats an instant for the database: `2026-01-11T10:00:00.000+00:00`, as Prisma writes it. SQLite compares times as
 * text, so all times in the sessions table must have this one format.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

/**
 * SQL that reads a time column in milliseconds since 1970. It accepts every time format that occurs in databases of
 * other programs, and is null for a value that is not a time.
 */
export function millisecondsOf(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)`;
}
