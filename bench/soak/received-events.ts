import type { Connection } from '../../src/db/sqlite/driver.ts';

/** The events of two subscriptions that lasted for the whole run. */
export interface ReceivedEvents {
  /** The number of events for each change, such as `OPENED TaskSession:1`. */
  changes: ReadonlyMap<string, number>;
  /** The number of stale events for each session. */
  stale: ReadonlyMap<string, number>;
}

/** The longest accepted delay of an event, on a machine under load. */
const toleranceMs = 2_000;

/** Compares the events with the database. Returns one sentence per difference. */
export function eventFindings(
  database: Connection,
  { changes, stale }: ReceivedEvents,
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
      .map((change) => `${change} was received ${changes.get(change) ?? 0} times`),
    ...[...changes.keys()]
      .filter((change) => !happened.has(change))
      .map((change) => `${change} was received but did not happen`),
    ...sessions.flatMap(({ id, started_at, ended_at }) => {
      const times = stale.get(id) ?? 0;
      const openMs = (ended_at === null ? Date.now() : Date.parse(ended_at)) - Date.parse(started_at);
      if (times > 1) return [`${id} was received as stale ${times} times`];
      if (times === 0 && openMs >= staleAfterMs + toleranceMs) return [`${id} was stale but not received`];
      if (times === 1 && openMs < staleAfterMs)
        return [`${id} was received as stale but ended after ${openMs} ms`];
      return [];
    }),
  ];
}
