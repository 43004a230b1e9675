import { Prisma } from '../generated/prisma/client.ts';

/**
 * Formats a time as Prisma does: `2026-01-11T10:00:00.000+00:00`. SQLite compares times as text, so the sessions table
 * needs a single format.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

/**
 * Returns SQL that converts a time column to milliseconds since 1970. Accepts all formats that other programs use. An
 * invalid time becomes null.
 */
export function millisecondsOf(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CAST(ROUND(unixepoch(${column}, 'subsec') * 1000) AS INTEGER)`;
}
