import { sql } from 'kysely';
import { readOwnTime } from '../../db/sqlite/database-time.ts';
import type { Sql, Statements } from '../../db/statements.ts';
import { startPosition, comparePositions, type Position } from './cursor.ts';
import type { SessionFacts } from '../sessions/filter-fields.ts';
import { readSession, sessionColumns, type SessionRow, type TaskSession } from '../sessions/session.ts';
import type { Threshold, StaleReason } from './thresholds.ts';

/** Reports that a session turned stale: it is too old, or its agent has been silent for too long. */
export interface StaleEvent {
  reason: StaleReason;
  thresholdMs: number;
  sessionId: number;
  /** The start of the session or its last heartbeat. The session turns stale `thresholdMs` later. */
  since: Date;
  staleAt: Date;
  session: TaskSession & SessionFacts;
}

export interface StaleBatch {
  /** The stale events, earliest position first. */
  events: StaleEvent[];
  /** The time when the next session turns stale. Null if there is no such session, or if `events` is full. */
  nextDeadline: Date | null;
}

/** Finds at most `limit` stale events after a position. Also finds when the next session turns stale. */
export async function findStaleAfter(
  read: Statements,
  threshold: Threshold,
  { after, now, limit }: { after: Position; now: Date; limit: number },
): Promise<StaleBatch> {
  const columns = sql.join(sessionColumns.map((column) => sql.raw(`session.${column}`)));
  const { rows } = await sql<Row>`
    SELECT ${columns}, session.since AS since,
      task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM (${activeSessions(threshold, after, limit + 1)}) session
    LEFT JOIN tasks task ON task.id = session.task_id
    LEFT JOIN features feature ON feature.id = task.feature_id
    LEFT JOIN epics epic ON epic.id = feature.epic_id`.execute(read);
  const inOrder = rows
    .map(({ since, ...row }) => ({ sessionId: row.id, since: readOwnTime(since), row }))
    .toSorted((one, other) => comparePositions(positionOf(one), positionOf(other)));
  const events: StaleEvent[] = [];
  for (const { sessionId, since, row } of inOrder) {
    const staleAt = new Date(since.getTime() + threshold.thresholdMs);
    if (staleAt > now) return { events, nextDeadline: staleAt };
    if (events.length === limit) break;
    events.push({
      reason: threshold.reason,
      thresholdMs: threshold.thresholdMs,
      sessionId,
      since,
      staleAt,
      session: readSession(row),
    });
  }
  return { events, nextDeadline: null };
}

/** Counts active and stale sessions. Each status may have only one threshold, so that no session counts twice. */
export async function countActiveSessions(
  read: Statements,
  thresholds: readonly Threshold[],
  now: Date,
): Promise<{ active: number; stale: number }> {
  const stale = thresholds.map((threshold) => {
    const column = columnOf(threshold);
    const latest = new Date(now.getTime() - threshold.thresholdMs);
    return inEachRange(
      threshold,
      (condition) => sql`
        SELECT count(*) AS number FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}`,
    );
  });
  const active = sql`SELECT count(*) AS number FROM task_sessions WHERE ended_at IS NULL`;
  const statement = sql<{ number: number }>`${sql.join([active, ...stale], sql` UNION ALL `)}`;
  const { rows } = await statement.execute(read);
  const [activeCount = 0, ...staleCounts] = rows.map(({ number }) => number);
  return { active: activeCount, stale: staleCounts.reduce((sum, number) => sum + number, 0) };
}

/** Returns the position of the latest stale event at the time `now`. */
export async function findLastPosition(read: Statements, threshold: Threshold, now: Date): Promise<Position> {
  const column = columnOf(threshold);
  const latest = new Date(now.getTime() - threshold.thresholdMs);
  const statement = sql<Pick<Row, 'id' | 'since'>>`${inEachRange(
    threshold,
    (condition) => sql`
        SELECT id, ${column} AS since FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}
        ORDER BY ${column} DESC, id DESC LIMIT 1`,
  )}`;
  const { rows } = await statement.execute(read);
  const positions = rows.map(({ id, since }) => positionOf({ since: readOwnTime(since), sessionId: id }));
  return positions.toSorted(comparePositions).at(-1) ?? startPosition;
}

export function positionOf({ since, sessionId }: Pick<StaleEvent, 'since' | 'sessionId'>): Position {
  return { sinceMs: since.getTime(), sessionId };
}

type Row = SessionRow & Pick<SessionFacts, 'taskKey' | 'featureKey' | 'epicKey'> & { since: string };

/** Returns SQL for the active sessions after a position, stale or not. */
function activeSessions(threshold: Threshold, { sinceMs, sessionId }: Position, limit: number): Sql {
  const column = columnOf(threshold);
  const since = new Date(sinceMs);
  return inEachRange(
    threshold,
    (condition) => sql`
      SELECT *, ${column} AS since FROM task_sessions
      WHERE ended_at IS NULL AND ${column} >= ${since} AND NOT (${column} = ${since} AND id <= ${sessionId}) ${condition}
      ORDER BY ${column}, id LIMIT ${limit}`,
  );
}

/**
 * Returns SQL with one query for each status in `only`. SQLite reads each of these in index order, but would have to
 * sort the rows of a query with `IN (…)`.
 */
function inEachRange({ statuses }: Threshold, range: (condition: Sql) => Sql): Sql {
  if ('only' in statuses)
    return sql.join(
      statuses.only.map((status) => sql`SELECT * FROM (${range(sql`AND claimed_to = ${status}`)})`),
      sql` UNION ALL `,
    );
  return range(
    statuses.except.length === 0 ? sql`` : sql`AND claimed_to NOT IN (${sql.join([...statuses.except])})`,
  );
}

function columnOf({ reason }: Threshold): Sql {
  return reason === 'AGE' ? sql`started_at` : sql`last_sign_of_life_at`;
}
