import { countUpTo } from '../../shared/statistics.ts';
import { type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { statusRank, type Workflow } from '../workflow/workflow.ts';
import type { TimeWindow } from './buckets.ts';
import type { QueryContext } from './query-context.ts';
import { type TaskHistory, taskHistories } from './task-histories.ts';

/** What happened to tasks in a segment of time. Throughput as in Kanban is `completed`. */
export interface Throughput {
  created: number;
  completed: number;
  cancelled: number;
  reopened: number;
  reworked: number;
}

export type TaskEvent = keyof Throughput;

/** What happened in each of these segments, which follow each other without gaps. */
export function throughput(
  { snapshot, workflow }: QueryContext,
  { filter, spans }: { filter: TaskFilter; spans: readonly TimeWindow[] },
): Throughput[] {
  const counts = spans.map(() => ({ created: 0, completed: 0, cancelled: 0, reopened: 0, reworked: 0 }));
  const starts = Float64Array.from(spans, ({ since }) => since.getTime());
  const end = spans.at(-1)?.until.getTime() ?? Number.NEGATIVE_INFINITY;
  const stages = stagesOf(workflow);
  for (const history of taskHistories(snapshot, tasksCondition(workflow, filter)))
    for (const { event, at } of taskEvents(stages, history)) {
      const count = at < end ? counts[countUpTo(starts, at) - 1] : undefined;
      if (count !== undefined) count[event] += 1;
    }
  return counts;
}

/** What matters of a status here. */
interface Stage {
  /** How a task is over in it; undefined while it is open. */
  readonly end: 'completed' | 'cancelled' | undefined;
  /** The place of its phase in the order of the workflow; undefined where it has none. */
  readonly rank: number | undefined;
}

export type Stages = ReadonlyMap<string, Stage>;

export function stagesOf(workflow: Workflow): Stages {
  return new Map(
    [...workflow.statuses.values()].map(({ name, isComplete }) => [
      name,
      {
        end: isComplete ? (isCancellation(name) ? 'cancelled' : 'completed') : undefined,
        rank: statusRank(workflow, name),
      },
    ]),
  );
}

const unknown: Stage = { end: undefined, rank: undefined };

/** What happened to one task, in order. */
export function taskEvents(
  stages: Stages,
  { createdAt, entries }: TaskHistory,
): { event: TaskEvent; at: number }[] {
  const events: { event: TaskEvent; at: number }[] = [{ event: 'created', at: createdAt }];
  let end: Stage['end'];
  let rank: number | undefined;
  for (const { status, at } of entries) {
    const stage = stages.get(status) ?? unknown;
    if (stage.end !== end) events.push({ event: stage.end ?? 'reopened', at });
    else if (stage.end === undefined && rank !== undefined && stage.rank !== undefined && stage.rank < rank)
      events.push({ event: 'reworked', at });
    end = stage.end;
    // What is paused goes on from the phase that it was paused in.
    if (!isPause(status)) rank = stage.rank;
  }
  return events;
}
