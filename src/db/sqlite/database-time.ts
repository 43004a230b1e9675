import { Prisma } from '../generated/prisma/client.ts';

/**
 * The one format in which the table of sessions keeps time, and in which Prisma writes it everywhere else:
 * `2026-01-11T10:00:00.000+00:00`. Times are compared as text, so there may be no other.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

/**
 * The instant of a column of the shared tables, in whole milliseconds since 1970, in SQL: databases mix the formats in
 * which times are written, and this reads every one of them. Null for what is none.
 */
export function millisecondsOf(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)`;
}
