import type { Reader } from '../../db/database.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { startPosition, comparePositions, type Position } from './cursor.ts';
import type { SessionFacts } from '../sessions/filter-fields.ts';
import type { Threshold, StaleReason } from './thresholds.ts';

/** Reports that a session turned stale: it is too old, or its agent has been silent for too long. */
export interface StaleEvent {
  reason: StaleReason;
  thresholdMs: number;
  sessionId: number;
  /** The start of the session or its last heartbeat. The session turns stale `thresholdMs` later. */
  since: Date;
  staleAt: Date;
  session: SessionFacts;
  /** All events that the same query found, so that their sessions can be loaded together. */
  batch: readonly StaleEvent[];
}

export interface StaleBatch {
  /** The stale events, earliest position first. */
  events: StaleEvent[];
  /** The time when the next session turns stale. Null if there is no such session, or if `events` is full. */
  nextDeadline: Date | null;
}

/** Finds at most `limit` stale events after a position. Also finds when the next session turns stale. */
export async function findStaleAfter(
  read: Reader,
  threshold: Threshold,
  { after, now, limit }: { after: Position; now: Date; limit: number },
): Promise<StaleBatch> {
  const rows = await read.$queryRaw<Row[]>`
    SELECT session.id AS id, session.since AS since, session.started_at AS startedAt, session.agent_id AS agentId,
      session.agent_type AS agentType, session.phase AS phase,
      task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM (${activeSessions(threshold, after, limit + 1)}) session
    LEFT JOIN tasks task ON task.id = session.task_id
    LEFT JOIN features feature ON feature.id = task.feature_id
    LEFT JOIN epics epic ON epic.id = feature.epic_id`;
  const inOrder = rows
    .map(({ id, since, ...row }) => ({ ...row, sessionId: Number(id), since: new Date(since) }))
    .toSorted((one, other) => comparePositions(positionOf(one), positionOf(other)));
  const events: StaleEvent[] = [];
  for (const { sessionId, since, startedAt, ...session } of inOrder) {
    const staleAt = new Date(since.getTime() + threshold.thresholdMs);
    if (staleAt > now) return { events, nextDeadline: staleAt };
    if (events.length === limit) break;
    events.push({
      reason: threshold.reason,
      thresholdMs: threshold.thresholdMs,
      sessionId,
      since,
      staleAt,
      session: { ...session, startedAt: new Date(startedAt) },
      batch: events,
    });
  }
  return { events, nextDeadline: null };
}

/** Counts active and stale sessions. Each status may have only one threshold, so that no session counts twice. */
export async function countActiveSessions(
  read: Reader,
  thresholds: readonly Threshold[],
  now: Date,
): Promise<{ active: number; stale: number }> {
  const stale = thresholds.map((threshold) => {
    const column = columnOf(threshold);
    const latest = new Date(now.getTime() - threshold.thresholdMs);
    return inEachRange(
      threshold,
      (condition) => Prisma.sql`
        SELECT count(*) AS number FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}`,
    );
  });
  const active = Prisma.sql`SELECT count(*) AS number FROM task_sessions WHERE ended_at IS NULL`;
  const rows = await read.$queryRaw<{ number: bigint }[]>(Prisma.join([active, ...stale], ' UNION ALL '));
  const [activeCount = 0, ...staleCounts] = rows.map(({ number }) => Number(number));
  return { active: activeCount, stale: staleCounts.reduce((sum, number) => sum + number, 0) };
}

/** Returns the position of the latest stale event at the time `now`. */
export async function findLastPosition(read: Reader, threshold: Threshold, now: Date): Promise<Position> {
  const column = columnOf(threshold);
  const latest = new Date(now.getTime() - threshold.thresholdMs);
  const rows = await read.$queryRaw<Pick<Row, 'id' | 'since'>[]>(
    inEachRange(
      threshold,
      (condition) => Prisma.sql`
        SELECT id, ${column} AS since FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}
        ORDER BY ${column} DESC, id DESC LIMIT 1`,
    ),
  );
  const positions = rows.map(({ id, since }) =>
    positionOf({ since: new Date(since), sessionId: Number(id) }),
  );
  return positions.toSorted(comparePositions).at(-1) ?? startPosition;
}

export function positionOf({ since, sessionId }: Pick<StaleEvent, 'since' | 'sessionId'>): Position {
  return { sinceMs: since.getTime(), sessionId };
}

/**
 * A row of the query result. With a UNION in the query, the driver returns times as text.
 */
type Row = Omit<SessionFacts, 'startedAt'> & { id: bigint; since: Date | string; startedAt: Date | string };

/** Returns SQL for the active sessions after a position, stale or not. */
function activeSessions(threshold: Threshold, { sinceMs, sessionId }: Position, limit: number): Prisma.Sql {
  const column = columnOf(threshold);
  const since = new Date(sinceMs);
  return inEachRange(
    threshold,
    (condition) => Prisma.sql`
      SELECT id, ${column} AS since, started_at, agent_id, agent_type, phase, task_id FROM task_sessions
      WHERE ended_at IS NULL AND ${column} >= ${since} AND NOT (${column} = ${since} AND id <= ${sessionId}) ${condition}
      ORDER BY ${column}, id LIMIT ${limit}`,
  );
}

/**
 * Returns SQL with one query for each status in `only`. SQLite reads each of these in index order, but would have to
 * sort the rows of a query with `IN (…)`.
 */
function inEachRange({ statuses }: Threshold, range: (condition: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
  if ('only' in statuses)
    return Prisma.join(
      statuses.only.map(
        (status) => Prisma.sql`SELECT * FROM (${range(Prisma.sql`AND claimed_to = ${status}`)})`,
      ),
      ' UNION ALL ',
    );
  return range(
    statuses.except.length === 0
      ? Prisma.empty
      : Prisma.sql`AND claimed_to NOT IN (${Prisma.join([...statuses.except])})`,
  );
}

function columnOf({ reason }: Threshold): Prisma.Sql {
  return reason === 'AGE' ? Prisma.sql`started_at` : Prisma.sql`last_sign_of_life_at`;
}
