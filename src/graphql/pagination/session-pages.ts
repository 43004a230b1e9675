import type { ReworkOutcome } from '../../domain/analytics/rework.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkSessionFilter, selectsOnlyOpen, type SessionFilter } from '../../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../../domain/sessions/pages.ts';
import type { Context } from '../context.ts';
import { inOrderOf, type PagePosition, type PageQuery, positionAfter } from './page.ts';

type Needs = Pick<Context, 'read' | 'clock' | 'analyticsWorker'>;

/** The sessions that an answer has counted. */
export interface CountedChoice {
  filter: SessionFilter;
  /** The latest revision when they were counted. */
  revision: number;
}

/**
 * A page of the sessions that were counted, the one that ended last first; of those alone that are asked for, of which
 * there were `total`: where there was none, nobody has to look for it.
 */
export async function findCountedSessions(
  query: PageQuery,
  page: PagePosition,
  { filter, revision }: CountedChoice,
  {
    total,
    outcome,
    reworkOutcome,
  }: Pick<SessionFilter, 'outcome'> & { total: number; reworkOutcome?: ReworkOutcome },
  needs: Needs,
): Promise<TaskSession[]> {
  if (total === 0) return [];
  const order = { orderBy: 'endedAt', ascending: false } as const;
  return findSessions(
    query,
    page,
    { filter: { ...filter, outcome }, ...order, reworkOutcome, revision },
    needs,
  );
}

/**
 * A page of a list of sessions. Which ones those are may take a look at very many, and is found out in the background;
 * only open ones are found at once, and must not wait there for their turn: an orchestrator asks for them.
 * Throws InvalidInputError: see checkSessionFilter.
 */
export async function findSessions(
  { take, skip: _skip, ...query }: PageQuery,
  page: PagePosition,
  {
    filter,
    orderBy,
    ascending,
    reworkOutcome,
    revision,
  }: Pick<SessionPage, 'filter' | 'orderBy' | 'ascending' | 'revision'> & {
    reworkOutcome?: ReworkOutcome | undefined;
  },
  { read, clock, analyticsWorker }: Needs,
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
    // A page from the end of the list is read backwards.
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
  return inOrderOf(ids, { take }, sessions);
}

/** How many sessions a filter chooses: see findSessions. */
export async function countSessions(
  filter: SessionFilter,
  { read, clock, analyticsWorker }: Needs,
): Promise<number> {
  checkSessionFilter(filter);
  if (!selectsOnlyOpen(filter)) return analyticsWorker.run('sessionCount', { filter });
  const [row] = await read.$queryRaw<{ count: bigint }[]>(selectCount(filter, clock.now()));
  return Number(row?.count);
}
