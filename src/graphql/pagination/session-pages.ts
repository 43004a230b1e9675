import type { ReworkOutcome } from '../../domain/analytics/rework.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkSessionFilter, selectsOnlyOpen, type SessionFilter } from '../../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../../domain/sessions/pages.ts';
import type { Context } from '../context.ts';
import { sortByIds, type PageCursors, type PageQuery, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'clock' | 'analyticsWorker'>;

/** Selects exactly the sessions that an analytics query counted, and ignores later changes. */
export interface CountedFilter {
  filter: SessionFilter;
  /** The highest revision at the time of the count. Each opened or closed session gets a higher revision. */
  revision: number;
}

/** Returns a page of the sessions that an analytics query counted, most recently ended first. */
export async function findCountedSessions(
  query: PageQuery,
  page: PageCursors,
  { filter, revision }: CountedFilter,
  {
    total,
    outcome,
    reworkOutcome,
  }: Pick<SessionFilter, 'outcome'> & { total: number; reworkOutcome?: ReworkOutcome },
  context: PageContext,
): Promise<TaskSession[]> {
  // `total` is the number of sessions with the requested outcomes.
  if (total === 0) return [];
  const order = { orderBy: 'endedAt', ascending: false } as const;
  return findSessions(
    query,
    page,
    { filter: { ...filter, outcome }, ...order, reworkOutcome, revision },
    context,
  );
}

/** Returns a page of sessions. Throws InvalidInputError if the filter is invalid. */
export async function findSessions(
  { take, skip: _skip, ...query }: PageQuery,
  page: PageCursors,
  {
    filter,
    orderBy,
    ascending,
    reworkOutcome,
    revision,
  }: Pick<SessionPage, 'filter' | 'orderBy' | 'ascending' | 'revision'> & {
    reworkOutcome?: ReworkOutcome | undefined;
  },
  { read, clock, analyticsWorker }: PageContext,
): Promise<TaskSession[]> {
  checkSessionFilter(filter);
  const after = await positionAfter(page, async (id) => {
    const found = await read.taskSession.findUnique({
      where: { id },
      select: { startedAt: true, endedAt: true },
    });
    const at = found?.[orderBy];
    return at === null || at === undefined ? null : { id, at };
  });
  const wanted: SessionPage = {
    filter,
    orderBy,
    // If `take` is negative, the page is read backwards from the end of the list.
    ascending: ascending === take > 0,
    after,
    atMost: Math.abs(take),
    revision,
  };
  // The database finds open sessions quickly, so this query does not need the analytics worker.
  const ids = selectsOnlyOpen(filter)
    ? (await read.$queryRaw<{ id: bigint }[]>(selectPage(wanted, clock.now()))).map(({ id }) => Number(id))
    : await analyticsWorker.run('sessionPage', { ...wanted, reworkOutcome });
  const sessions = await read.taskSession.findMany({
    ...query,
    cursor: undefined,
    where: { id: { in: ids } },
  });
  return sortByIds(ids, { take }, sessions);
}

/** Returns the number of sessions on all pages of findSessions. */
export async function countSessions(
  filter: SessionFilter,
  { read, clock, analyticsWorker }: PageContext,
): Promise<number> {
  checkSessionFilter(filter);
  if (!selectsOnlyOpen(filter)) return analyticsWorker.run('sessionCount', { filter });
  const [row] = await read.$queryRaw<{ count: bigint }[]>(selectCount(filter, clock.now()));
  return Number(row?.count);
}
