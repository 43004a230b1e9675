import { countUpTo } from '../../shared/statistics.ts';
import { type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { creationTime, statusEntries, taskHistories, type TaskHistory } from '../tasks/task-history.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { statusRank, type Workflow } from '../workflow/workflow.ts';
import type { TimeWindow } from './buckets.ts';
import type { QueryContext } from './query-context.ts';

/**
 * How many events of each kind happened in one time window. In Kanban, "throughput" is only the number in `completed`.
 */
export interface Throughput {
  created: number;
  /** How often a task moved into a complete status that is not a cancellation. */
  completed: number;
  /** How often a task moved into a complete status that is a cancellation. */
  cancelled: number;
  /** How often a task moved from a complete status to an open one. */
  reopened: number;
  /** How often an open task moved to an earlier phase, directly or after a pause. */
  reworked: number;
}

type TaskEvent = keyof Throughput;

/** Returns the numbers of events in each period. The periods must be in chronological order and without gaps. */
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

/** The position of a status in the workflow: whether the status ends a task, and the rank of its phase. */
interface WorkflowPosition {
  /** How a task in this status has ended. Undefined if the task is open. */
  readonly closedAs: 'completed' | 'cancelled' | undefined;
  /** The index of the phase in workflow order. Undefined if the order does not contain the phase. */
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

/** Returns the events of one task in order. If the task has no readable time, its events have the time `-Infinity`. */
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
    // A pause does not change the phase of a task.
    if (!isPause(status)) rank = next.rank;
  }
  return events;
}
