import type { Reader } from '../../db/database.ts';
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
export async function sessionSummaries(read: Reader, taskIds: readonly number[]): Promise<SessionSummary[]> {
  const groups = await read.taskSession.groupBy({
    by: ['taskId', 'outcome'],
    where: { taskId: { in: [...taskIds] } },
    _count: true,
    _sum: { durationMinutes: true },
  });
  return taskIds.map((taskId) => {
    const own = groups.filter((group) => group.taskId === taskId);
    const count = own.reduce((sum, group) => sum + group._count, 0);
    const completed = own.find((group) => group.outcome === 'completed')?._count ?? 0;
    const totalMinutes = own.reduce((sum, group) => sum + (group._sum.durationMinutes ?? 0), 0);
    return {
      count,
      totalMinutes: roundedMinutes(totalMinutes),
      completionRatePct: percentage(completed, count),
    };
  });
}
