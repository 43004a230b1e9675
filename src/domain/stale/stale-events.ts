import type { Reader } from '../../db/database.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { startPosition, comparePositions, type Position } from './cursor.ts';
import type { Threshold, StaleReason } from './thresholds.ts';

/** An open session that has crossed a line, and when it did. */
export interface StaleEvent {
  reason: StaleReason;
  thresholdMs: number;
  sessionId: number;
  /** The instant the threshold counts from: the start, or the last sign of life. */
  since: Date;
  staleAt: Date;
  session: SessionFacts;
  /** All that the same look found, this one among them: who is told of one is soon told of the others. */
  batch: readonly StaleEvent[];
}

/** What a session can be chosen by. */
export interface SessionFacts {
  agentId: string;
  agentType: string | null;
  phase: string;
  startedAt: Date;
  /** Null where the task, its feature or its epic is missing. */
  taskKey: string | null;
  featureKey: string | null;
  epicKey: string | null;
}

export interface StaleBatch {
  /** Who has crossed the line by now, in the order in which they did. */
  events: StaleEvent[];
  /** When the next one will; null when nobody is on the way, or when there was no room to see. */
  nextDeadline: Date | null;
}

/** What there is behind a place of the line, by now: at most so many who have crossed it, and who comes next. */
export async function findStaleAfter(
  read: Reader,
  threshold: Threshold,
  { after, now, atMost }: { after: Position; now: Date; atMost: number },
): Promise<StaleBatch> {
  const rows = await read.$queryRaw<Row[]>`
    SELECT session.id AS id, session.since AS since, session.started_at AS startedAt, session.agent_id AS agentId,
      session.agent_type AS agentType, session.phase AS phase,
      task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM (${openSessions(threshold, after, atMost + 1)}) session
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
    if (events.length === atMost) break;
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

/** How many sessions are open, and how many of them have crossed one of these lines, which count none twice. */
export async function countOpenSessions(
  read: Reader,
  thresholds: readonly Threshold[],
  now: Date,
): Promise<{ active: number; stale: number }> {
  const crossed = thresholds.map((threshold) => {
    const column = columnOf(threshold);
    const latest = new Date(now.getTime() - threshold.thresholdMs);
    return ofEachRange(
      threshold,
      (condition) => Prisma.sql`
        SELECT count(*) AS number FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}`,
    );
  });
  const open = Prisma.sql`SELECT count(*) AS number FROM task_sessions WHERE ended_at IS NULL`;
  const rows = await read.$queryRaw<{ number: bigint }[]>(Prisma.join([open, ...crossed], ' UNION ALL '));
  const [active = 0, ...stale] = rows.map(({ number }) => Number(number));
  return { active, stale: stale.reduce((sum, number) => sum + number, 0) };
}

/** The place of the last one who has crossed the line by now. */
export async function lastStalePosition(read: Reader, threshold: Threshold, now: Date): Promise<Position> {
  const column = columnOf(threshold);
  const latest = new Date(now.getTime() - threshold.thresholdMs);
  const rows = await read.$queryRaw<Pick<Row, 'id' | 'since'>[]>(
    ofEachRange(
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

/** Where a crossing stands in the order of its line. */
export function positionOf({ since, sessionId }: Pick<StaleEvent, 'since' | 'sessionId'>): Position {
  return { sinceMs: since.getTime(), sessionId };
}

/** Where SQLite loses sight of the column that a time comes from, it comes as text. */
type Row = Omit<SessionFacts, 'startedAt'> & { id: bigint; since: Date | string; startedAt: Date | string };

/** The open sessions behind a place of the line, whether they have crossed it or not. */
function openSessions(threshold: Threshold, { sinceMs, sessionId }: Position, atMost: number): Prisma.Sql {
  const column = columnOf(threshold);
  const since = new Date(sinceMs);
  return ofEachRange(
    threshold,
    (condition) => Prisma.sql`
      SELECT id, ${column} AS since, started_at, agent_id, agent_type, phase, task_id FROM task_sessions
      WHERE ended_at IS NULL AND ${column} >= ${since} AND NOT (${column} = ${since} AND id <= ${sessionId}) ${condition}
      ORDER BY ${column}, id LIMIT ${atMost}`,
  );
}

/**
 * Reads a range of an index in its order: that of open sessions by their start or last sign of life; for a line of
 * certain statuses, that of each of them, one behind the other. With a list of statuses SQLite would sort, or read all.
 */
function ofEachRange({ statuses }: Threshold, range: (condition: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
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
