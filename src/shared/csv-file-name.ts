/** `sessions-2026-01-11T10-30-00.csv`, in UTC: not every system allows colons in the name of a file. */
export function csvFileName(now: Date): string {
  return `sessions-${now.toISOString().slice(0, 19).replaceAll(':', '-')}.csv`;
}
