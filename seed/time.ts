export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** As the server writes times through Prisma, and the one format in which the table of sessions keeps them. */
export function databaseTime(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('Z', '+00:00');
}

/** As SQLite writes the time where a row does not bring one. */
export function sqliteTime(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 19).replace('T', ' ');
}
