import type { Reader } from '../../db/sqlite/database.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { beginning, comparePlaces, type Place } from './cursor.ts';
import type { Line, LineKind } from './thresholds.ts';

/** An open session that has crossed a line, and when it did. */
export interface Crossing {
  line: LineKind;
  thresholdMs: number;
  sessionId: number;
  /** The instant the threshold counts from: the start, or the last sign of life. */
  since: Date;
  staleAt: Date;
  session: SessionFacts;
  /** All that the same look found, this one among them: who is told of one is soon told of the others. */
  foundWith: readonly Crossing[];
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

export interface Look {
  /** Who has crossed the line by now, in the order in which they did. */
  crossings: Crossing[];
  /** When the next one will; null when nobody is on the way, or when there was no room to see. */
  nextDeadline: Date | null;
}

/** What there is behind a place of the line, by now: at most so many who have crossed it, and who comes next. */
export async function lookBehind(
  read: Reader,
  line: Line,
  { behind, now, atMost }: { behind: Place; now: Date; atMost: number },
): Promise<Look> {
  const rows = await read.$queryRaw<Row[]>`
    SELECT session.id AS id, session.since AS since, session.started_at AS startedAt, session.agent_id AS agentId,
      session.agent_type AS agentType, session.phase AS phase,
      task.key AS taskKey, feature.key AS featureKey, epic.key AS epicKey
    FROM (${openSessions(line, behind, atMost + 1)}) session
    LEFT JOIN tasks task ON task.id = session.task_id
    LEFT JOIN features feature ON feature.id = task.feature_id
    LEFT JOIN epics epic ON epic.id = feature.epic_id`;
  const inOrder = rows
    .map(({ id, since, ...row }) => ({ ...row, sessionId: Number(id), since: new Date(since) }))
    .toSorted((one, other) => comparePlaces(placeOf(one), placeOf(other)));
  const crossings: Crossing[] = [];
  for (const { sessionId, since, startedAt, ...session } of inOrder) {
    const staleAt = new Date(since.getTime() + line.thresholdMs);
    if (staleAt > now) return { crossings, nextDeadline: staleAt };
    if (crossings.length === atMost) break;
    crossings.push({
      line: line.kind,
      thresholdMs: line.thresholdMs,
      sessionId,
      since,
      staleAt,
      session: { ...session, startedAt: new Date(startedAt) },
      foundWith: crossings,
    });
  }
  return { crossings, nextDeadline: null };
}

/** How many sessions are open, and how many of them have crossed one of these lines, which count none twice. */
export async function countOpenSessions(
  read: Reader,
  lines: readonly Line[],
  now: Date,
): Promise<{ active: number; stale: number }> {
  const crossed = lines.map((line) => {
    const column = columnOf(line);
    const latest = new Date(now.getTime() - line.thresholdMs);
    return ofEachRange(
      line,
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
export async function lastCrossed(read: Reader, line: Line, now: Date): Promise<Place> {
  const column = columnOf(line);
  const latest = new Date(now.getTime() - line.thresholdMs);
  const rows = await read.$queryRaw<Pick<Row, 'id' | 'since'>[]>(
    ofEachRange(
      line,
      (condition) => Prisma.sql`
        SELECT id, ${column} AS since FROM task_sessions
        WHERE ended_at IS NULL AND ${column} <= ${latest} ${condition}
        ORDER BY ${column} DESC, id DESC LIMIT 1`,
    ),
  );
  const places = rows.map(({ id, since }) => placeOf({ since: new Date(since), sessionId: Number(id) }));
  return places.toSorted(comparePlaces).at(-1) ?? beginning;
}

/** Where a crossing stands in the order of its line. */
export function placeOf({ since, sessionId }: Pick<Crossing, 'since' | 'sessionId'>): Place {
  return { sinceMs: since.getTime(), sessionId };
}

/** Where SQLite loses sight of the column that a time comes from, it comes as text. */
type Row = Omit<SessionFacts, 'startedAt'> & { id: bigint; since: Date | string; startedAt: Date | string };

/** The open sessions behind a place of the line, whether they have crossed it or not. */
function openSessions(line: Line, { sinceMs, sessionId }: Place, atMost: number): Prisma.Sql {
  const column = columnOf(line);
  const since = new Date(sinceMs);
  return ofEachRange(
    line,
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
function ofEachRange({ statuses }: Line, range: (condition: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
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

function columnOf({ kind }: Line): Prisma.Sql {
  return kind === 'AGE' ? Prisma.sql`started_at` : Prisma.sql`last_sign_of_life_at`;
}
