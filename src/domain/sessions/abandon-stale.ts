import { term, wording } from '../../shared/wording.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { InvalidInputError, StatusNotAllowedError } from '../errors.ts';
import { type TaskRow, taskColumns } from '../tasks/find.ts';
import { abandon } from './abandon.ts';
import { checkFilterOfStale, type SessionFilter } from './filter.ts';
import { selectCount, selectPage, type SessionPosition } from './pages.ts';
import { sessionNotRecorded } from './result.ts';

export interface AbandonStaleParams {
  /** A session that has been open for this long is stale. In milliseconds. */
  staleAfterMs: number;
  /** Selects the stale sessions to abandon. */
  filter: SessionFilter;
  reason?: string | null | undefined;
  /** The maximum number of sessions to abandon. */
  first: number;
}

export interface AbandonStaleResult {
  /** The abandoned sessions, oldest first. */
  sessionIds: number[];
  /** The number of stale sessions that match the filter and are still open. */
  remaining: number;
  /** Warnings for the user in plain sentences. Each one starts with a task key. */
  warnings: string[];
}

/** The maximum number of sessions that one request can abandon. It is low, because other writers wait for the request. */
const mostAtOnce = 500;
const pageSize = 100;

/**
 * Abandons stale sessions, oldest first. If a session cannot be abandoned, it stays open and causes a warning. Throws
 * InvalidInputError.
 */
export async function abandonStaleSessions(
  operation: Operation,
  params: AbandonStaleParams,
): Promise<AbandonStaleResult> {
  const { tx, tables, now } = operation;
  const { first, filter, staleAfterMs } = params;
  const reason = checkOptionalText('reason', params.reason, limits.text);
  if (first < 1 || first > mostAtOnce)
    throw new InvalidInputError(
      'first',
      wording`${term('first')} is ${first}`,
      `Give a number from 1 to ${mostAtOnce}. To abandon more sessions, repeat the request`,
    );
  checkFilterOfStale(filter);
  const stale: SessionFilter = { ...filter, staleAfter: staleAfterMs };
  const remaining = selectCount(stale, now);
  if (!tables.hasTaskSessions) return { sessionIds: [], remaining: 0, warnings: [sessionNotRecorded] };

  const sessionIds: number[] = [];
  const warnings: string[] = [];
  for await (const session of inOrderOfStart(operation, stale)) {
    const { id, task } = session;
    try {
      const abandoned = await abandon(operation, session, reason);
      sessionIds.push(id);
      warnings.push(...abandoned.warnings.map((warning) => `${task.key}: ${warning}`));
    } catch (error) {
      // `abandon` throws this error before its first write, so there is nothing to undo.
      if (!(error instanceof StatusNotAllowedError)) throw error;
      warnings.push(`${task.key}: Session ${id} could not be abandoned and stays open. ${error.message}`);
    }
    if (sessionIds.length === first) break;
  }
  const [counted] = await tx.$queryRaw<{ count: bigint }[]>(remaining);
  return { sessionIds, remaining: Number(counted?.count), warnings };
}

/** Yields the sessions, oldest first. Reads them page by page, because there can be many. */
async function* inOrderOfStart(
  { tx, now }: Operation,
  filter: SessionFilter,
): AsyncGenerator<TaskSession & { task: TaskRow }> {
  let after: SessionPosition | undefined;
  for (;;) {
    const page = { filter, orderBy: 'startedAt', ascending: true, after, atMost: pageSize } as const;
    const rows = await tx.$queryRaw<{ id: bigint }[]>(selectPage(page, now));
    const sessions = await tx.taskSession.findMany({
      where: { id: { in: rows.map(({ id }) => Number(id)) } },
      include: { task: { select: taskColumns } },
      orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    });
    yield* sessions;
    const last = sessions.at(-1);
    if (last === undefined) return;
    after = { id: last.id, at: last.startedAt };
  }
}
