import { itemsOf } from '../../db/sqlite/json-list.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import { countUpTo, percentage, roundedMinutes } from '../../shared/statistics.ts';
import { creationTime, statusEntries, taskHistories, type TaskHistory } from '../tasks/task-history.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { durationThousandths, minutesOfThousandths } from './duration-thousandths.ts';
import type { QueryContext } from './query-context.ts';

/**
 * How old an open task is ("aging work in progress" in Kanban). `ageMinutes` and `phaseMinutes` are null if the task
 * has no readable time.
 */
export interface TaskAge {
  readonly taskId: number;
  /** The minutes since the task was created. */
  readonly ageMinutes: number | null;
  /** The workflow phase of the task. A pause does not change the phase. Null if the status is not in the workflow. */
  readonly phase: string | null;
  /** The minutes since the task last entered its phase, including waiting time and pauses. */
  readonly phaseMinutes: number | null;
  /** The percentage of this phase's ended sessions that took at most `phaseMinutes`. Null if no session has ended. */
  readonly percentile: number | null;
}

/** Returns the ages of these tasks, ordered by id. Ignores unknown ids. */
export function taskAges(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TaskAge[] {
  const selected = sql`task.id IN ${itemsOf(JSON.stringify(taskIds))}`;
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

/** Returns the durations of each phase's ended sessions in minutes, sorted for a binary search. */
function durationsByPhase(
  { snapshot }: Pick<QueryContext, 'snapshot'>,
  phases: readonly string[],
): ReadonlyMap<string, Float64Array> {
  const rows = snapshot.iterate<{ phase: string; durations: string }>(sql`
    SELECT session.phase AS phase, json_group_array(${durationThousandths}) AS durations
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND session.ended_at IS NOT NULL
      AND session.phase IN ${itemsOf(JSON.stringify(phases))}
    GROUP BY session.phase`);
  return new Map(Array.from(rows, ({ phase, durations }) => [phase, sortedMinutes(durations)]));
}

function sortedMinutes(durations: string): Float64Array {
  const thousandths: number[] = JSON.parse(durations);
  return Float64Array.from(thousandths, minutesOfThousandths).toSorted();
}

/** Returns the current phase of a task. The phase began at `since`, in milliseconds since 1970. */
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
    // Also set `since` for a first status that has no phase.
    if (next !== phase || since === Number.NEGATIVE_INFINITY) since = at;
    phase = next;
  };
  const entries = statusEntries(history, createdAt);
  for (const { status, at } of entries) enter(status, at);
  // If the history does not end with the current status, use the time of its last row.
  const last = entries.at(-1);
  if (last !== undefined && last.status !== history.status) enter(history.status, last.at);
  return { phase, since };
}
