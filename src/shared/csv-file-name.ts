/** Returns a file name with a UTC time: `sessions-2026-01-11T10-30-00.csv`. Some systems forbid colons in names. */
export function csvFileName(now: Date): string {
  return `sessions-${now.toISOString().slice(0, 19).replaceAll(':', '-')}.csv`;
}
