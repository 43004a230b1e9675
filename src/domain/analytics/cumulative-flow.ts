import { countUpTo } from '../../shared/statistics.ts';
import { type TaskFilter, tasksCondition } from '../tasks/filter.ts';
import { isPause } from '../workflow/status-names.ts';
import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import type { TimeWindow } from './buckets.ts';
import type { QueryContext } from './query-context.ts';
import { taskHistories } from './task-histories.ts';

/** Where tasks stand: in a phase, in a pause whatever the phase, or in a status that the workflow does not know. */
export interface FlowBand {
  readonly kind: 'PHASE' | 'PAUSED' | 'UNKNOWN';
  /** Null where the kind is another than a phase. */
  readonly phase: string | null;
}

export interface CumulativeFlow {
  readonly bands: readonly FlowBand[];
  readonly points: readonly FlowPoint[];
}

export interface FlowPoint {
  /** The tasks that existed. */
  readonly total: number;
  /** The tasks in each band, in the order of the bands. They add up to the total. */
  readonly counts: readonly number[];
}

/** The cumulative flow diagram of Kanban: where tasks stood at the end of each of these segments. */
export function cumulativeFlow(
  { snapshot, workflow }: QueryContext,
  { filter, spans }: { filter: TaskFilter; spans: readonly TimeWindow[] },
): CumulativeFlow {
  const bands = bandsOf(workflow);
  const bandOf = bandIndex(workflow, bands);
  const ends = Float64Array.from(spans, ({ until }) => until.getTime());
  // What changes from one end to the next; one place more for what happens behind the last.
  const changes = () => new Int32Array(spans.length + 1);
  const total = changes();
  const inBand = bands.map(changes);
  const change = (band: number, point: number, by: number) => {
    const counted = inBand[band];
    if (counted !== undefined) counted[point] = (counted[point] ?? 0) + by;
  };

  for (const { createdAt, entries } of taskHistories(snapshot, tasksCondition(workflow, filter))) {
    const created = countUpTo(ends, createdAt);
    total[created] = (total[created] ?? 0) + 1;
    let present: number | undefined;
    for (const { status, at } of entries) {
      const band = bandOf(status);
      if (band === present) continue;
      const point = countUpTo(ends, at);
      if (present !== undefined) change(present, point, -1);
      change(band, point, 1);
      present = band;
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

/** The phases of the workflow in its order, `any` behind them where it has statuses, and what is in no phase. */
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

/** Finds the place among the bands for the name of a status. */
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
