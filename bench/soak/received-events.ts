import type BetterSqlite3 from 'better-sqlite3';

/** What subscribers that were there from the beginning to the end have been told. */
export interface Told {
  /** How often each session was told of, as `OPENED TaskSession:1`. */
  changes: ReadonlyMap<string, number>;
  /** How often each session was told to be stale. */
  stale: ReadonlyMap<string, number>;
}

/** As much may pass until an event is there, on a machine that has more to do. */
const toleranceMs = 2_000;

/** Which events differ from what happened, one sentence each: none if each was told of once. */
export function eventFindings(
  database: BetterSqlite3.Database,
  { changes, stale }: Told,
  staleAfterMs: number,
): string[] {
  const sessions = database
    .prepare<[], { id: string; started_at: string; ended_at: string | null }>(
      `SELECT 'TaskSession:' || id AS id, started_at, ended_at FROM task_sessions`,
    )
    .all();
  const happened = new Set(
    sessions.flatMap(({ id, ended_at }) => [`OPENED ${id}`, ...(ended_at === null ? [] : [`CLOSED ${id}`])]),
  );
  return [
    ...[...happened]
      .filter((change) => changes.get(change) !== 1)
      .map((change) => `${change} was told ${changes.get(change) ?? 0} times`),
    ...[...changes.keys()]
      .filter((change) => !happened.has(change))
      .map((change) => `${change} was told and did not happen`),
    ...sessions.flatMap(({ id, started_at, ended_at }) => {
      const times = stale.get(id) ?? 0;
      const openMs = (ended_at === null ? Date.now() : Date.parse(ended_at)) - Date.parse(started_at);
      if (times > 1) return [`${id} was told to be stale ${times} times`];
      if (times === 0 && openMs >= staleAfterMs + toleranceMs) return [`${id} was stale and not told`];
      if (times === 1 && openMs < staleAfterMs) return [`${id} was told to be stale after ${openMs} ms`];
      return [];
    }),
  ];
}
