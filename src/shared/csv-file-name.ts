/** For example `sessions-2026-01-11T10-30-00.csv`, in UTC. Some systems forbid colons in file names. */
export function csvFileName(now: Date): string {
  return `sessions-${now.toISOString().slice(0, 19).replaceAll(':', '-')}.csv`;
}
