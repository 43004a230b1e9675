import { countUpTo } from '../../shared/statistics.ts';
import { type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { creationTime, statusEntries, taskHistories, type TaskHistory } from '../tasks/task-history.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { statusRank, type Workflow } from '../workflow/workflow.ts';
import type { TimeWindow } from './buckets.ts';
import type { QueryContext } from './query-context.ts';

/** Numbers of events of tasks in one window. `completed` is throughput as Kanban defines it. */
export interface Throughput {
  created: number;
  /** Moves into a complete status that is not a cancellation. */
  completed: number;
  /** Moves into a complete status that is a cancellation. */
  cancelled: number;
  /** Moves out of a complete status into a status that is not complete. */
  reopened: number;
  /** Moves of an open task to an earlier phase, directly or through a pause. */
  reworked: number;
}

type TaskEvent = keyof Throughput;

/** One row for each of `spans`. The spans must be in order and without gaps. */
export function throughput(
  { snapshot, workflow }: QueryContext,
  { filter, spans }: { filter: TaskFilter; spans: readonly TimeWindow[] },
): Throughput[] {
  const counts = spans.map(() => ({ created: 0, completed: 0, cancelled: 0, reopened: 0, reworked: 0 }));
  const starts = Float64Array.from(spans, ({ since }) => since.getTime());
  const end = spans.at(-1)?.until.getTime() ?? Number.NEGATIVE_INFINITY;
  const positions = positionsIn(workflow);
  for (const history of taskHistories(snapshot, tasksCondition(workflow, filter)))
    for (const { event, at } of eventsOf(positions, history)) {
      const count = at < end ? counts[countUpTo(starts, at) - 1] : undefined;
      if (count !== undefined) count[event] += 1;
    }
  return counts;
}

/** The position of a status in the workflow. */
interface WorkflowPosition {
  /** How a task in the status has ended. Undefined if such a task is open. */
  readonly closedAs: 'completed' | 'cancelled' | undefined;
  /** The index of the status's phase in workflow order; undefined if the phase has no order. */
  readonly rank: number | undefined;
}

const unknown: WorkflowPosition = { closedAs: undefined, rank: undefined };

function positionsIn(workflow: Workflow): ReadonlyMap<string, WorkflowPosition> {
  return new Map(
    [...workflow.statuses.values()].map(({ name, isComplete }) => [
      name,
      {
        closedAs: isComplete ? (isCancellation(name) ? 'cancelled' : 'completed') : undefined,
        rank: statusRank(workflow, name),
      },
    ]),
  );
}

/** The events of one task in order. If no time can be read, all events are at -Infinity and so in no window. */
function eventsOf(
  positions: ReadonlyMap<string, WorkflowPosition>,
  history: TaskHistory,
): { event: TaskEvent; at: number }[] {
  const createdAt = creationTime(history) ?? Number.NEGATIVE_INFINITY;
  const events: { event: TaskEvent; at: number }[] = [{ event: 'created', at: createdAt }];
  let closedAs: WorkflowPosition['closedAs'];
  let rank: number | undefined;
  for (const { status, at } of statusEntries(history, createdAt)) {
    const next = positions.get(status) ?? unknown;
    if (next.closedAs !== closedAs) events.push({ event: next.closedAs ?? 'reopened', at });
    else if (closedAs === undefined && rank !== undefined && next.rank !== undefined && next.rank < rank)
      events.push({ event: 'reworked', at });
    closedAs = next.closedAs;
    // A paused task stays in the phase in which it was paused.
    if (!isPause(status)) rank = next.rank;
  }
  return events;
}
