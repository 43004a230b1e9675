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
  /** Open for this long or longer. */
  staleAfterMs: number;
  /** Which of the stale sessions. */
  filter: SessionFilter;
  reason?: string | null | undefined;
  /** How many to abandon at most. */
  first: number;
}

export interface AbandonStaleResult {
  /** The sessions that were abandoned, the one that had been open the longest first. */
  sessionIds: number[];
  /** How many of the same kind are still open. */
  remaining: number;
  /** What the caller should know, in sentences that name the task. */
  warnings: string[];
}

/** As many as one transaction does without keeping others waiting for long. */
const mostAtOnce = 500;
const pageSize = 100;

/**
 * Takes back the claims of sessions that are stale, the stalest first. One that cannot be taken back is left as it
 * is, and does not keep others from their turn. Throws InvalidInputError.
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
      `first is ${first}`,
      `Give a number from 1 to ${mostAtOnce}, and ask again while any remain`,
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
    } catch (refusal) {
      // It is refused before anything is written, so there is nothing to undo.
      if (!(refusal instanceof StatusNotAllowedError)) throw refusal;
      warnings.push(`${task.key}: Session ${id} could not be taken back and stays open. ${refusal.message}`);
    }
    if (sessionIds.length === first) break;
  }
  const [counted] = await tx.$queryRaw<{ count: bigint }[]>(remaining);
  return { sessionIds, remaining: Number(counted?.count), warnings };
}

/** Read in pages, since there may be any number of them. */
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
