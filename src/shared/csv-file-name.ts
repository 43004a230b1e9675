/**
 * The name of a CSV file, for example `sessions-2026-01-11T10-30-00.csv`. The time is in UTC, and has no colons because
 * some systems forbid them in file names.
 */
export function csvFileName(now: Date): string {
  return `sessions-${now.toISOString().slice(0, 19).replaceAll(':', '-')}.csv`;
}
