import type { ReworkOutcome } from '../../domain/analytics/rework.ts';
import { checkSessionFilter, selectsOnlyOpen, type SessionFilter } from '../../domain/sessions/filter.ts';
import { tasksById } from '../../domain/tasks/lookups.ts';
import type { StoredTask } from '../../domain/tasks/task.ts';
import { selectCount, selectSessions, type SessionPage } from '../../domain/sessions/pages.ts';
import type { Context } from '../context.ts';
import type { StoredSession } from '../../domain/sessions/session.ts';
import { inListOrder, type PageCursors, positionAfter } from './page.ts';

type PageContext = Pick<Context, 'read' | 'loaders' | 'clock' | 'analyticsWorker'>;

/** Selects exactly the sessions that an analytics query counted, and ignores later changes. */
export interface CountedFilter {
  filter: SessionFilter;
  /** The highest revision at the time of the count. Each opened or closed session gets a higher revision. */
  revision: number;
}

/** Returns a page of the sessions that an analytics query counted, most recently ended first. */
export async function findCountedSessions(
  take: number,
  page: PageCursors,
  { filter, revision }: CountedFilter,
  {
    total,
    outcome,
    reworkOutcome,
  }: Pick<SessionFilter, 'outcome'> & { total: number; reworkOutcome?: ReworkOutcome },
  context: PageContext,
): Promise<StoredSession[]> {
  // `total` is the number of sessions with the requested outcomes.
  if (total === 0) return [];
  const order = { orderBy: 'endedAt', ascending: false } as const;
  return findSessions(
    take,
    page,
    { filter: { ...filter, outcome }, ...order, reworkOutcome, revision },
    context,
  );
}

/** A session with its task, or null if the task was deleted. */
type ListedSession = StoredSession & { task?: StoredTask | null };

/** Returns a page of sessions. Throws InvalidInputError if the filter is invalid. */
export async function findSessions(
  take: number,
  page: PageCursors,
  {
    filter,
    orderBy,
    ascending,
    reworkOutcome,
    revision,
    withTasks = false,
  }: Pick<SessionPage, 'filter' | 'orderBy' | 'ascending' | 'revision'> & {
    reworkOutcome?: ReworkOutcome | undefined;
    /** Whether to load the tasks, too. If each session loaded its own, GraphQL would wait for hundreds of promises. */
    withTasks?: boolean;
  },
  { read, loaders, clock, analyticsWorker }: PageContext,
): Promise<ListedSession[]> {
  checkSessionFilter(filter);
  const after = await positionAfter(page, async (id) => {
    const found = await loaders.session.load(id);
    const at = found?.[orderBy];
    return at === null || at === undefined ? null : { id, at };
  });
  const wanted: SessionPage = {
    filter,
    orderBy,
    ascending: ascending === take > 0,
    after,
    atMost: Math.abs(take),
    revision,
  };
  // The database finds open sessions quickly, so this query does not need the analytics worker.
  if (selectsOnlyOpen(filter)) {
    const { rows } = await selectSessions(wanted, clock.now()).execute(read);
    return inListOrder(take, withTasks ? await addTasks(rows, read) : rows);
  }
  const ids = await analyticsWorker.run('sessionPage', { ...wanted, reworkOutcome });
  const found = await Promise.all(ids.map((id) => loaders.session.load(id)));
  const sessions = found.filter((session) => session !== null);
  return inListOrder(take, withTasks ? await addTasks(sessions, read) : sessions);
}

async function addTasks(sessions: readonly StoredSession[], read: Context['read']): Promise<ListedSession[]> {
  const tasks = await tasksById(read, [...new Set(sessions.map(({ taskId }) => taskId))]);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return sessions.map((session) => ({ ...session, task: byId.get(session.taskId) ?? null }));
}

/** Returns the number of sessions on all pages of findSessions. */
export async function countSessions(
  filter: SessionFilter,
  { read, clock, analyticsWorker }: Pick<PageContext, 'read' | 'clock' | 'analyticsWorker'>,
): Promise<number> {
  checkSessionFilter(filter);
  if (!selectsOnlyOpen(filter)) return analyticsWorker.run('sessionCount', { filter });
  const { rows } = await selectCount(filter, clock.now()).execute(read);
  return rows[0]?.count ?? 0;
}
