import { Prisma } from '../../db/generated/prisma/client.ts';
import { type SessionFilter, sessionsWhere } from './filter.ts';

/** The time by which sessions are sorted. Only ended sessions can be sorted by their end. */
export type SessionInstant = 'startedAt' | 'endedAt';

/** The position of a session in a list. */
export interface SessionPosition {
  id: number;
  at: Date;
}

/** A page of sessions: at most `atMost`, after a position. */
export interface SessionPage {
  filter: SessionFilter;
  orderBy: SessionInstant;
  ascending: boolean;
  after: SessionPosition | undefined;
  atMost: number;
  /** Only sessions that had ended at this revision of the database: those that an earlier query counted. */
  revision?: number | undefined;
}

const columns = {
  startedAt: Prisma.sql`session.started_at`,
  endedAt: Prisma.sql`session.ended_at`,
} satisfies Record<SessionInstant, Prisma.Sql>;

/**
 * Selects the `id` of each session of the page, in order. `also` is an additional condition, which comes first.
 * Throws InvalidInputError: see sessionsWhere.
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

/** Selects the `count` of the sessions. `also` is an additional condition. Throws InvalidInputError: see sessionsWhere. */
export function selectCount(
  filter: SessionFilter,
  now: Date,
  also: Prisma.Sql = Prisma.sql`TRUE`,
): Prisma.Sql {
  return Prisma.sql`
    SELECT COUNT(*) AS count FROM task_sessions session WHERE ${also} AND ${sessionsWhere(filter, now)}`;
}

/**
 * The condition that a session had ended at a revision. A session without a revision was inserted as ended. The unary
 * plus stops SQLite from using the index on revisions, after which it would have to sort the rows.
 */
export function wasOverAt(revision: number | undefined, closedRevision: Prisma.Sql): Prisma.Sql {
  return revision === undefined
    ? Prisma.sql`TRUE`
    : Prisma.sql`(${closedRevision} IS NULL OR +${closedRevision} <= ${revision})`;
}

/** An additional condition, beginning with AND. SQLite can use the index for this form, but not for an OR of both columns. */
export function isAfter(column: Prisma.Sql, { id, at }: SessionPosition, ascending: boolean): Prisma.Sql {
  return ascending
    ? Prisma.sql`AND ${column} >= ${at} AND NOT (${column} = ${at} AND session.id <= ${id})`
    : Prisma.sql`AND ${column} <= ${at} AND NOT (${column} = ${at} AND session.id >= ${id})`;
}
