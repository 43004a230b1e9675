import { readValues } from '../../db/sqlite/sample-functions.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { countUpTo, percentage, roundedMinutes } from '../../shared/statistics.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { QueryContext } from './query-context.ts';
import { type TaskHistory, taskHistories } from './task-histories.ts';

/**
 * How old a task is, as in the aging work in progress of Kanban: the age of what is not finished, held against how
 * long finished work took. Minutes are null where no time can be read.
 */
export interface TaskAge {
  readonly taskId: number;
  readonly ageMinutes: number | null;
  /** The one that its status belongs to; for a pause the one it was paused in. Null for an unknown status. */
  readonly phase: string | null;
  /** Since it last entered its phase, waiting and pauses included. */
  readonly phaseMinutes: number | null;
  /** How many of 100 ended sessions of the phase took no longer than `phaseMinutes`; null where there is none. */
  readonly percentile: number | null;
}

/** The ages of these tasks, in the order of their ids, without those that are gone. */
export function taskAges(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TaskAge[] {
  const chosen = Prisma.sql`task.id IN (SELECT value FROM json_each(${JSON.stringify(taskIds)}))`;
  const minutesSince = (instant: number) =>
    Number.isFinite(instant) ? roundedMinutes(Math.max(now.getTime() - instant, 0) / 60_000) : null;
  const ages = Array.from(taskHistories(snapshot, chosen), (history) => {
    const { phase, since } = presentPhase(workflow, history);
    return {
      taskId: history.taskId,
      ageMinutes: minutesSince(history.createdAt),
      phase,
      phaseMinutes: phase === null ? null : minutesSince(since),
    };
  });

  const phases = new Set(
    ages.flatMap(({ phase, phaseMinutes }) => (phaseMinutes === null ? [] : (phase ?? []))),
  );
  // All values of a phase at once: what each of many tasks exceeds is then a look into a sorted list.
  const rows = snapshot.all<{ phase: string; minutes: Uint8Array }>(Prisma.sql`
    SELECT session.phase AS phase, values_of(session.duration_minutes) AS minutes
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND session.ended_at IS NOT NULL
      AND session.phase IN (SELECT value FROM json_each(${JSON.stringify([...phases])}))
    GROUP BY session.phase`);
  const durations = new Map(rows.map(({ phase, minutes }) => [phase, readValues(minutes).toSorted()]));
  return ages.map((age) => {
    const past = age.phase === null ? undefined : durations.get(age.phase);
    const percentile =
      past === undefined || age.phaseMinutes === null
        ? null
        : percentage(countUpTo(past, age.phaseMinutes), past.length);
    return { ...age, percentile };
  });
}

/** The phase in which a task is now, and the instant of its last entry into it, in milliseconds since 1970. */
export function presentPhase(
  workflow: Workflow,
  { status, entries }: TaskHistory,
): { phase: string | null; since: number } {
  let phase: string | null = null;
  let since = Number.NEGATIVE_INFINITY;
  const enter = (name: string, at: number) => {
    const own = workflow.statuses.get(name)?.phase ?? null;
    const next = isPause(name) ? (phase ?? own) : own;
    // The first entry is one whatever the phase.
    if (next !== phase || since === Number.NEGATIVE_INFINITY) since = at;
    phase = next;
  };
  for (const entry of entries) enter(entry.status, entry.at);
  // Where the status was changed without a row, it was after the last one.
  const last = entries.at(-1);
  if (last !== undefined && last.status !== status) enter(status, last.at);
  return { phase, since };
}
