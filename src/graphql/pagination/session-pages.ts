import type { Fate } from '../../domain/analytics/rework.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkSessionFilter, choosesOpenOnly, type SessionFilter } from '../../domain/sessions/filter.ts';
import { selectCount, selectPage, type SessionPage } from '../../domain/sessions/pages.ts';
import type { Context } from '../context.ts';
import { inOrderOf, type PagePlace, type PageQuery, placeBehind } from './page.ts';

type Needs = Pick<Context, 'read' | 'clock' | 'background'>;

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
  page: PagePlace,
  { filter, revision }: CountedChoice,
  { total, outcome, fate }: Pick<SessionFilter, 'outcome'> & { total: number; fate?: Fate },
  needs: Needs,
): Promise<TaskSession[]> {
  if (total === 0) return [];
  const order = { orderBy: 'endedAt', ascending: false } as const;
  return findSessions(query, page, { filter: { ...filter, outcome }, ...order, fate, revision }, needs);
}

/**
 * A page of a list of sessions. Which ones those are may take a look at very many, and is found out in the background;
 * only open ones are found at once, and must not wait there for their turn: an orchestrator asks for them.
 * Throws InvalidInputError: see checkSessionFilter.
 */
export async function findSessions(
  { take, skip: _skip, ...query }: PageQuery,
  page: PagePlace,
  {
    filter,
    orderBy,
    ascending,
    fate,
    revision,
  }: Pick<SessionPage, 'filter' | 'orderBy' | 'ascending' | 'revision'> & { fate?: Fate | undefined },
  { read, clock, background }: Needs,
): Promise<TaskSession[]> {
  checkSessionFilter(filter);
  const behind = await placeBehind(page, async (id) => {
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
    behind,
    atMost: Math.abs(take),
    revision,
  };
  const ids = choosesOpenOnly(filter)
    ? (await read.$queryRaw<{ id: bigint }[]>(selectPage(wanted, clock.now()))).map(({ id }) => Number(id))
    : await background.ask('sessionPage', { ...wanted, fate });
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
  { read, clock, background }: Needs,
): Promise<number> {
  checkSessionFilter(filter);
  if (!choosesOpenOnly(filter)) return background.ask('sessionCount', { filter });
  const [row] = await read.$queryRaw<{ count: bigint }[]>(selectCount(filter, clock.now()));
  return Number(row?.count);
}
