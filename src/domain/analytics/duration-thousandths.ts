import { sql } from 'kysely';

/**
 * SQL for the duration of an ended session in thousandths of a minute. The database rounds durations to a thousandth,
 * so this is a whole number without loss. SQLite converts whole numbers to text faster than fractions.
 */
export const durationThousandths = sql`CAST(session.duration_minutes * 1000 + 0.5 AS INTEGER)`;

/** Returns the same number as the column `duration_minutes`. */
export function minutesOfThousandths(thousandths: number): number {
  return thousandths / 1_000;
}
