import { Prisma } from '../../db/generated/prisma/client.ts';
import { type SessionFilter, sessionsWhere } from './filter.ts';

/** The sort key of a list of sessions. Only ended sessions can be sorted by their end. */
export type SessionInstant = 'startedAt' | 'endedAt';

/** The position of a session in a sorted list. */
export interface SessionPosition {
  id: number;
  at: Date;
}

/** Selects a page of a list of sessions: at most `atMost` sessions after a position. */
export interface SessionPage {
  filter: SessionFilter;
  orderBy: SessionInstant;
  ascending: boolean;
  after: SessionPosition | undefined;
  atMost: number;
  /** If set, the page omits sessions that ended after this revision, because an earlier query did not count them. */
  revision?: number | undefined;
}

const columns = {
  startedAt: Prisma.sql`session.started_at`,
  endedAt: Prisma.sql`session.ended_at`,
} satisfies Record<SessionInstant, Prisma.Sql>;

/**
 * Returns SQL that selects the `id` of each session on the page, in order. `also` is an additional condition. Throws
 * InvalidInputError.
 */
export function selectPage(
  { filter, orderBy, ascending, after, atMost, revision }: SessionPage,
  now: Date,
  also: Prisma.Sql = Prisma.sql`TRUE`,
): Prisma.Sql {
  const column = columns[orderBy];
  const direction = ascending ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  return Prisma.sql`
    SELECT session.id AS id FROM task_sessions session
    WHERE ${also} AND ${sessionsWhere(filter, now)} AND ${wasOverAt(revision, Prisma.sql`session.closed_revision`)}
      ${after === undefined ? Prisma.empty : isAfter(column, after, ascending)}
    ORDER BY ${column} ${direction}, session.id ${direction}
    LIMIT ${atMost}`;
}

/**
 * Returns SQL that counts the sessions that match the filter and the condition `also`. The result is in the column
 * `count`. Throws InvalidInputError.
 */
export function selectCount(
  filter: SessionFilter,
  now: Date,
  also: Prisma.Sql = Prisma.sql`TRUE`,
): Prisma.Sql {
  return Prisma.sql`
    SELECT COUNT(*) AS count FROM task_sessions session WHERE ${also} AND ${sessionsWhere(filter, now)}`;
}

/**
 * Returns the SQL condition that a session had ended at a revision. It is also true for sessions without a revision,
 * which a backfill adds.
 */
export function wasOverAt(revision: number | undefined, closedRevision: Prisma.Sql): Prisma.Sql {
  return revision === undefined
    ? Prisma.sql`TRUE`
    : // Without the unary plus, SQLite would use the index on revisions and sort the rows.
      Prisma.sql`(${closedRevision} IS NULL OR +${closedRevision} <= ${revision})`;
}

/**
 * Returns an SQL condition, starting with AND, for the sessions after a position. An OR would prevent SQLite from using
 * an index.
 */
export function isAfter(column: Prisma.Sql, { id, at }: SessionPosition, ascending: boolean): Prisma.Sql {
  return ascending
    ? Prisma.sql`AND ${column} >= ${at} AND NOT (${column} = ${at} AND session.id <= ${id})`
    : Prisma.sql`AND ${column} <= ${at} AND NOT (${column} = ${at} AND session.id >= ${id})`;
}
