import { countUpTo } from '../../shared/statistics.ts';
import { type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { creationTime, statusEntries, taskHistories } from '../tasks/task-history.ts';
import { isPause } from '../workflow/status-names.ts';
import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import type { TimeWindow } from './buckets.ts';
import type { QueryContext } from './query-context.ts';

/** A band (layer) of a cumulative flow diagram. */
export interface FlowBand {
  /** PHASE: the tasks in one phase. PAUSED: all paused tasks. UNKNOWN: tasks whose status is not in the workflow. */
  readonly kind: 'PHASE' | 'PAUSED' | 'UNKNOWN';
  /** The phase if the kind is PHASE, otherwise null. */
  readonly phase: string | null;
}

export interface CumulativeFlow {
  readonly bands: readonly FlowBand[];
  readonly points: readonly FlowPoint[];
}

export interface FlowPoint {
  /** The number of tasks created up to this time. */
  readonly total: number;
  /** The number of tasks in each band, in the order of `bands`. The sum is `total`. */
  readonly counts: readonly number[];
}

/**
 * Returns a cumulative flow diagram with one point for the end of each period. The periods must be in chronological
 * order.
 */
export function cumulativeFlow(
  { snapshot, workflow }: QueryContext,
  { filter, spans }: { filter: TaskFilter; spans: readonly TimeWindow[] },
): CumulativeFlow {
  const bands = bandsOf(workflow);
  const bandOf = bandIndex(workflow, bands);
  const ends = Float64Array.from(spans, ({ until }) => until.getTime());
  // Element `i` is the number of tasks at point `i` minus the number at point `i - 1`. The last element is for changes
  // after the last point.
  const changes = () => new Int32Array(spans.length + 1);
  const total = changes();
  const inBand = bands.map(changes);
  const change = (band: number, point: number, by: number) => {
    const counted = inBand[band];
    if (counted !== undefined) counted[point] = (counted[point] ?? 0) + by;
  };

  for (const history of taskHistories(snapshot, tasksCondition(workflow, filter))) {
    // If the creation time cannot be read, count the task from the start of the diagram.
    const createdAt = creationTime(history) ?? Number.NEGATIVE_INFINITY;
    const created = countUpTo(ends, createdAt);
    total[created] = (total[created] ?? 0) + 1;
    let current: number | undefined;
    for (const { status, at } of statusEntries(history, createdAt)) {
      const band = bandOf(status);
      if (band === current) continue;
      const point = countUpTo(ends, at);
      if (current !== undefined) change(current, point, -1);
      change(band, point, 1);
      current = band;
    }
  }
  const totals = runningSums(total);
  const counts = inBand.map(runningSums);
  return {
    bands,
    points: spans.map((_span, point) => ({
      total: totals[point] ?? 0,
      counts: counts.map((sums) => sums[point] ?? 0),
    })),
  };
}

/**
 * Returns one band for each phase in workflow order, then PAUSED and UNKNOWN. Omits the phase `any` if its only
 * statuses are pauses.
 */
function bandsOf(workflow: Workflow): FlowBand[] {
  const statuses = [...workflow.statuses.values()].filter(({ name }) => !isPause(name));
  const phases = [...new Set([...workflow.phases, ...statuses.map(({ phase }) => phase)])];
  return [
    ...phases
      .toSorted((one, other) => comparePhases(workflow, one, other))
      .map((phase) => ({ kind: 'PHASE' as const, phase })),
    { kind: 'PAUSED', phase: null },
    { kind: 'UNKNOWN', phase: null },
  ];
}

/** Returns a function that maps a status to the index of its band. */
function bandIndex(workflow: Workflow, bands: readonly FlowBand[]): (status: string) => number {
  const ofKind = (kind: FlowBand['kind']) => bands.findIndex((band) => band.kind === kind);
  const [paused, unknown] = [ofKind('PAUSED'), ofKind('UNKNOWN')];
  const ofStatus = new Map(
    [...workflow.statuses.values()].map(({ name, phase }) => [
      name,
      bands.findIndex((band) => band.phase === phase),
    ]),
  );
  return (status) => (isPause(status) ? paused : (ofStatus.get(status) ?? unknown));
}

function runningSums(changes: Int32Array): Int32Array {
  let sum = 0;
  return changes.map((by) => (sum += by));
}
