import type { Statements } from '../../db/statements.ts';
import { percentage, roundedMinutes } from '../../shared/statistics.ts';

export interface SessionSummary {
  /** The number of all sessions of the task, including an open session. */
  count: number;
  /** The total length of the task's ended sessions, in minutes. */
  totalMinutes: number;
  /** The percentage of the task's sessions that are completed, with one decimal. Null if the task has no sessions. */
  completionRatePct: number | null;
}

/** Returns one session summary per task, in the order of `taskIds`. */
export async function sessionSummaries(
  read: Statements,
  taskIds: readonly number[],
): Promise<SessionSummary[]> {
  const groups = await read
    .selectFrom('task_sessions')
    .select((are) => [
      'task_id as taskId',
      'outcome',
      are.fn.countAll<number>().as('count'),
      are.fn.sum<number | null>('duration_minutes').as('minutes'),
    ])
    .where('task_id', 'in', taskIds)
    .groupBy(['task_id', 'outcome'])
    .execute();
  return taskIds.map((taskId) => {
    const own = groups.filter((group) => group.taskId === taskId);
    const count = own.reduce((sum, group) => sum + group.count, 0);
    const completed = own.find((group) => group.outcome === 'completed')?.count ?? 0;
    const totalMinutes = own.reduce((sum, group) => sum + (group.minutes ?? 0), 0);
    return {
      count,
      totalMinutes: roundedMinutes(totalMinutes),
      completionRatePct: percentage(completed, count),
    };
  });
}
