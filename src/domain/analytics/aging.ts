import { readValues } from '../../db/sqlite/sample-functions.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { countUpTo, percentage, roundedMinutes } from '../../shared/statistics.ts';
import { creationTime, statusEntries, taskHistories, type TaskHistory } from '../tasks/task-history.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { QueryContext } from './query-context.ts';

/**
 * The age of a task, as in the aging work in progress chart of Kanban: how long an open task has taken, compared with
 * finished work. Minutes are null if no time of the task can be read.
 */
export interface TaskAge {
  readonly taskId: number;
  /** The minutes since the task was created. */
  readonly ageMinutes: number | null;
  /**
   * The phase of the task's status. For a paused task: the phase in which it was paused. Null if the workflow does not
   * have the status.
   */
  readonly phase: string | null;
  /** The minutes since the task last entered the phase, including waiting and pauses. */
  readonly phaseMinutes: number | null;
  /**
   * The percentage of the phase's ended sessions that took at most `phaseMinutes`. Null if the phase has no ended
   * session.
   */
  readonly percentile: number | null;
}

/** The ages of these tasks in the order of their ids. Ids without a task are left out. */
export function taskAges(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TaskAge[] {
  const selected = Prisma.sql`task.id IN (SELECT value FROM json_each(${JSON.stringify(taskIds)}))`;
  const minutesSince = (instant: number) =>
    Number.isFinite(instant) ? roundedMinutes(Math.max(now.getTime() - instant, 0) / 60_000) : null;
  const ages = Array.from(taskHistories(snapshot, selected), (history) => {
    const createdAt = creationTime(history) ?? Number.NEGATIVE_INFINITY;
    const { phase, since } = currentPhase(workflow, history, createdAt);
    return {
      taskId: history.taskId,
      ageMinutes: minutesSince(createdAt),
      phase,
      phaseMinutes: phase === null ? null : minutesSince(since),
    };
  });

  const phases = new Set(
    ages.flatMap(({ phase, phaseMinutes }) => (phaseMinutes === null ? [] : (phase ?? []))),
  );
  const durations = durationsByPhase({ snapshot }, [...phases]);
  return ages.map((age) => {
    const past = age.phase === null ? undefined : durations.get(age.phase);
    const percentile =
      past === undefined || age.phaseMinutes === null
        ? null
        : percentage(countUpTo(past, age.phaseMinutes), past.length);
    return { ...age, percentile };
  });
}

/**
 * The minutes of all ended sessions of each phase. They are sorted for a binary search, which finds the percentile of
 * each task.
 */
function durationsByPhase(
  { snapshot }: Pick<QueryContext, 'snapshot'>,
  phases: readonly string[],
): ReadonlyMap<string, Float64Array> {
  const rows = snapshot.all<{ phase: string; minutes: Uint8Array }>(Prisma.sql`
    SELECT session.phase AS phase, values_of(session.duration_minutes) AS minutes
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND session.ended_at IS NOT NULL
      AND session.phase IN (SELECT value FROM json_each(${JSON.stringify(phases)}))
    GROUP BY session.phase`);
  return new Map(rows.map(({ phase, minutes }) => [phase, readValues(minutes).toSorted()]));
}

/** The phase of a task, and when the task last entered that phase, in milliseconds since 1970. */
function currentPhase(
  workflow: Workflow,
  history: TaskHistory,
  createdAt: number,
): { phase: string | null; since: number } {
  let phase: string | null = null;
  let since = Number.NEGATIVE_INFINITY;
  const enter = (status: string, at: number) => {
    const ofStatus = workflow.statuses.get(status)?.phase ?? null;
    const next = isPause(status) ? (phase ?? ofStatus) : ofStatus;
    // The first status sets `since` even if it belongs to no phase.
    if (next !== phase || since === Number.NEGATIVE_INFINITY) since = at;
    phase = next;
  };
  const entries = statusEntries(history, createdAt);
  for (const { status, at } of entries) enter(status, at);
  // If another program changed the status without adding a history row, assume that this happened at the time of the
  // last row.
  const last = entries.at(-1);
  if (last !== undefined && last.status !== history.status) enter(history.status, last.at);
  return { phase, since };
}
