import type { ReworkOutcome } from '../../domain/analytics/rework.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkSessionFilter, selectsOnlyOpen, type SessionFilter } from '../../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../../domain/sessions/pages.ts';
import type { Context } from '../context.ts';
import { sortByIds, type PageCursors, type PageQuery, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'clock' | 'analyticsWorker'>;

/** Selects exactly the sessions that an analytics result counted, even if sessions have changed since. */
export interface CountedFilter {
  filter: SessionFilter;
  /** The latest session revision at the time of the count. */
  revision: number;
}

/**
 * Returns a page of the counted sessions, most recently ended first. `outcome` and `reworkOutcome` select a part of them.
 * `total` is the number of sessions in that part: if it is 0, nothing is read.
 */
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
  if (total === 0) return [];
  const order = { orderBy: 'endedAt', ascending: false } as const;
  return findSessions(
    query,
    page,
    { filter: { ...filter, outcome }, ...order, reworkOutcome, revision },
    context,
  );
}

/**
 * Returns a page of sessions. The analytics worker selects them, because that can mean scanning the whole table. A
 * filter for open sessions is answered directly: it is cheap, and orchestrators must not wait for other analytics.
 * Throws InvalidInputError: see checkSessionFilter.
 */
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
    // `take` is negative for a page from the end of the list, which is read backwards.
    ascending: ascending === take > 0,
    after,
    atMost: Math.abs(take),
    revision,
  };
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

/** The number of sessions on all pages of findSessions. */
export async function countSessions(
  filter: SessionFilter,
  { read, clock, analyticsWorker }: PageContext,
): Promise<number> {
  checkSessionFilter(filter);
  if (!selectsOnlyOpen(filter)) return analyticsWorker.run('sessionCount', { filter });
  const [row] = await read.$queryRaw<{ count: bigint }[]>(selectCount(filter, clock.now()));
  return Number(row?.count);
}
