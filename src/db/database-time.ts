/**
 * The one format in which the table of sessions keeps time, and in which Prisma writes it everywhere else:
 * `2026-01-11T10:00:00.000+00:00`. Times are compared as text, so there may be no other.
 */
export function databaseTime(instant: Date | number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}
