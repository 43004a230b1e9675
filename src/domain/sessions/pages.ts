import { Prisma } from '../../db/generated/prisma/client.ts';
import { type SessionFilter, sessionsWhere } from './filter.ts';

/** The instant that sessions are listed by. Only sessions that have ended can be listed by their end. */
export type SessionInstant = 'startedAt' | 'endedAt';

/** The place of a session in a list. */
export interface SessionPosition {
  id: number;
  at: Date;
}

/** So many sessions of a list, from a place on. */
export interface SessionPage {
  filter: SessionFilter;
  orderBy: SessionInstant;
  ascending: boolean;
  after: SessionPosition | undefined;
  atMost: number;
  /** Only sessions that were over when this was the latest revision: those that an earlier answer has counted. */
  revision?: number | undefined;
}

const columns = {
  startedAt: Prisma.sql`session.started_at`,
  endedAt: Prisma.sql`session.ended_at`,
} satisfies Record<SessionInstant, Prisma.Sql>;

/**
 * Selects the `id` of each session of the page, in order. `also` is a further condition on them, which comes first.
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

/** Selects their `count`. `also` is a further condition on them. Throws InvalidInputError: see sessionsWhere. */
export function selectCount(
  filter: SessionFilter,
  now: Date,
  also: Prisma.Sql = Prisma.sql`TRUE`,
): Prisma.Sql {
  return Prisma.sql`
    SELECT COUNT(*) AS count FROM task_sessions session WHERE ${also} AND ${sessionsWhere(filter, now)}`;
}

/**
 * Whether a session was over already at a revision; what has none was written when it was over. The unary plus keeps
 * SQLite from looking the revisions up, which would leave all that is found to be sorted.
 */
export function wasOverAt(revision: number | undefined, closedRevision: Prisma.Sql): Prisma.Sql {
  return revision === undefined
    ? Prisma.sql`TRUE`
    : Prisma.sql`(${closedRevision} IS NULL OR +${closedRevision} <= ${revision})`;
}

/** Continues a condition. Written so that the instant is a range on the index: an OR of both columns is not one. */
export function isAfter(column: Prisma.Sql, { id, at }: SessionPosition, ascending: boolean): Prisma.Sql {
  return ascending
    ? Prisma.sql`AND ${column} >= ${at} AND NOT (${column} = ${at} AND session.id <= ${id})`
    : Prisma.sql`AND ${column} <= ${at} AND NOT (${column} = ${at} AND session.id >= ${id})`;
}
