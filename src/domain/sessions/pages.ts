import { type RawBuilder, sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { type SessionFilter, sessionsWhere } from './filter.ts';
import { type StoredSession, storedSessionColumns } from './session.ts';

/** The sort key of a list of sessions. Only ended sessions can be sorted by their end. */
export type SessionInstant = 'startedAt' | 'endedAt';

/** The position of a session in a sorted list. */
export interface SessionPosition {
  id: number;
  /** A string is a time as the database stores it. */
  at: Date | string;
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

const sortColumns = {
  startedAt: sql`session.started_at`,
  endedAt: sql`session.ended_at`,
} satisfies Record<SessionInstant, Sql>;

/**
 * Returns SQL that selects the `id` of each session on the page, in order. `also` is an additional condition. Throws
 * InvalidInputError.
 */
export function selectPage(page: SessionPage, now: Date, also?: Sql): RawBuilder<{ id: number }> {
  return sql<{ id: number }>`SELECT session.id AS id ${pageOf(page, now, also)}`;
}

/** Returns SQL that selects the sessions on the page, in order. Throws InvalidInputError. */
export function selectSessions(page: SessionPage, now: Date): RawBuilder<StoredSession> {
  const columns = sql.join(storedSessionColumns.map((column) => sql.raw(column)));
  return sql<StoredSession>`SELECT ${columns} ${pageOf(page, now)}`;
}

function pageOf(
  { filter, orderBy, ascending, after, atMost, revision }: SessionPage,
  now: Date,
  also: Sql = sql`TRUE`,
): Sql {
  const column = sortColumns[orderBy];
  const direction = ascending ? sql`ASC` : sql`DESC`;
  return sql`
    FROM task_sessions session
    WHERE ${also} AND ${sessionsWhere(filter, now)} AND ${wasOverAt(revision, sql`session.closed_revision`)}
      ${after === undefined ? sql`` : isAfter(column, after, ascending)}
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
  also: Sql = sql`TRUE`,
): RawBuilder<{ count: number }> {
  return sql<{ count: number }>`
    SELECT COUNT(*) AS count FROM task_sessions session WHERE ${also} AND ${sessionsWhere(filter, now)}`;
}

/**
 * Returns the SQL condition that a session had ended at a revision. It is also true for sessions without a revision,
 * which a backfill adds.
 */
export function wasOverAt(revision: number | undefined, closedRevision: Sql): Sql {
  return revision === undefined
    ? sql`TRUE`
    : // Without the unary plus, SQLite would use the index on revisions and sort the rows.
      sql`(${closedRevision} IS NULL OR +${closedRevision} <= ${revision})`;
}

/**
 * Returns an SQL condition, starting with AND, for the sessions after a position. An OR would prevent SQLite from using
 * an index.
 */
export function isAfter(column: Sql, { id, at }: SessionPosition, ascending: boolean): Sql {
  return ascending
    ? sql`AND ${column} >= ${at} AND NOT (${column} = ${at} AND session.id <= ${id})`
    : sql`AND ${column} <= ${at} AND NOT (${column} = ${at} AND session.id >= ${id})`;
}
