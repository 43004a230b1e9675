import { readableDuration } from '../../shared/duration.ts';
import { percentage } from '../../shared/statistics.ts';
import { anyPhase, type Workflow } from '../workflow/workflow.ts';
import type { PhaseFlow } from './flow.ts';
import { totalOf } from './time-spent.ts';

/** A phase, ranked by the time that a task spends in it. */
export interface Bottleneck<Flow extends PhaseFlow = PhaseFlow> {
  /** 1 is the phase in which tasks spend the most time on average. */
  readonly rank: number;
  readonly flow: Flow;
  /** Average milliseconds that a task spends in the phase, over the tasks that were in it. */
  readonly perTask: number;
  /** The time of the phase as a percentage of the time of all ranked phases, with one decimal. */
  readonly sharePct: number;
  /** The numbers of the phase as an English sentence. */
  readonly sentence: string;
}

/**
 * Ranks phases by the average time that a task spends in them, longest first. All time counts: queue, work, rework,
 * blocked and idle. Phases without any time, phases with only complete statuses, and time outside all phases are left
 * out. Complete statuses are left out because a completed task waits for nothing, even if it is reopened later.
 */
export function bottlenecks<Flow extends PhaseFlow>(
  workflow: Workflow,
  flows: readonly Flow[],
): Bottleneck<Flow>[] {
  const ranked = flows.filter(({ phase, spent }) => canHoldUpWork(workflow, phase) && totalOf(spent) > 0);
  const all = ranked.reduce((sum, { spent }) => sum + totalOf(spent), 0);
  return ranked
    .map((flow) => ({ flow, total: totalOf(flow.spent), perTask: totalOf(flow.spent) / flow.tasks }))
    .toSorted((one, other) => other.perTask - one.perTask || other.total - one.total)
    .map(({ flow, total, perTask }, index) => {
      const rank = index + 1;
      const sharePct = percentage(total, all) ?? 0;
      return { rank, flow, perTask, sharePct, sentence: describe(flow, { rank, perTask, sharePct }) };
    });
}

/** Whether the phase is ranked. Also true for a phase that has sessions but is not in the workflow. */
function canHoldUpWork(workflow: Workflow, phase: string): boolean {
  const statuses = [...workflow.statuses.values()].filter((status) => status.phase === phase);
  return phase !== anyPhase && (statuses.length === 0 || statuses.some(({ isComplete }) => !isComplete));
}

function describe(
  { phase, tasks, spent, waits, touches }: PhaseFlow,
  { rank, perTask, sharePct }: { rank: number; perTask: number; sharePct: number },
): string {
  const share = `${sharePct.toFixed(1)} % of all time`;
  const beginning =
    rank === 1 ? `${nameOf(phase)} holds work up the most: ${share}` : `${nameOf(phase)} takes ${share}`;
  const average = (milliseconds: number) => `${readableDuration(milliseconds / tasks)} on average`;
  const details = [
    ...(waits.median === null
      ? []
      : [`wait ${readableDuration(waits.median)} for a claim (median of ${waits.count})`]),
    ...(touches.median === null
      ? []
      : [`are worked on ${readableDuration(touches.median)} (median of ${touches.count})`]),
    ...(spent.blocked === 0 ? [] : [`are blocked ${average(spent.blocked)}`]),
    ...(spent.idle === 0 ? [] : [`are idle ${average(spent.idle)}`]),
  ];
  return `${beginning}, ${readableDuration(perTask)} ${tasks === 1 ? 'for one task' : `for each of ${tasks} tasks`}; tasks ${listed(details)}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** The name of a phase at the start of a sentence. A name of one or two letters is an acronym, such as QA. */
function nameOf(phase: string): string {
  return phase.length <= 2 ? phase.toUpperCase() : phase.slice(0, 1).toUpperCase() + phase.slice(1);
}
