import { sql } from 'kysely';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import type { Snapshot } from '../../db/snapshot.ts';
import type { SessionFilter } from '../sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../sessions/pages.ts';
import type { QueryContext } from './query-context.ts';
import { hasReworkOutcome, type ReworkOutcome } from './rework.ts';

const notAborted = abortCheck(sql`session.id`);

/** Returns the ids of the sessions on a page, in order. Throws InvalidInputError. */
export function sessionPage(
  { snapshot, now }: QueryContext,
  { reworkOutcome, ...page }: SessionPage & { reworkOutcome?: ReworkOutcome | undefined },
): number[] {
  const also =
    reworkOutcome === undefined
      ? notAborted
      : sql`${notAborted} AND ${hasReworkOutcome(reworkOutcome, page.revision)}`;
  return snapshot.all<{ id: number }>(selectPage(page, now, also)).map(({ id }) => id);
}

/** Returns the number of sessions on all pages. Throws InvalidInputError. */
export function sessionCount({ snapshot, now }: QueryContext, { filter }: { filter: SessionFilter }): number {
  return snapshot.all<{ count: number }>(selectCount(filter, now, notAborted))[0]?.count ?? 0;
}

/** Returns the number of sessions that were opened or closed so far. */
export function latestRevision(snapshot: Snapshot): number {
  const [row] = snapshot.all<{ latest: number }>(sql`SELECT latest FROM task_session_revisions`);
  return row?.latest ?? 0;
}
