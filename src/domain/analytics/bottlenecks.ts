import { readableDuration } from '../../shared/duration.ts';
import { percentage } from '../../shared/statistics.ts';
import { anyPhase, type Workflow } from '../workflow/workflow.ts';
import type { PhaseFlow } from './flow.ts';
import { totalOf } from './time-spent.ts';

/** A workflow phase, ranked by the average time of a task in it. */
export interface Bottleneck<Flow extends PhaseFlow = PhaseFlow> {
  /** Rank 1 is the phase with the longest average time per task. */
  readonly rank: number;
  readonly flow: Flow;
  /** The average time of a task in the phase, in milliseconds. Tasks that were never in the phase do not count. */
  readonly perTask: number;
  /** The time in this phase as a percentage of the time in all ranked phases, with one decimal. */
  readonly sharePct: number;
  /** An English sentence about the time that tasks spend in the phase. */
  readonly sentence: string;
}

/**
 * Ranks phases by the average time that a task spends in them (work, waiting and pauses), longest first. Phases without
 * such time are left out. docs/analytics.md defines the numbers.
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

/** The phase `any` and phases with only complete statuses cannot hold up work. */
function canHoldUpWork(workflow: Workflow, phase: string): boolean {
  const statuses = [...workflow.statuses.values()].filter((status) => status.phase === phase);
  return phase !== anyPhase && (statuses.length === 0 || statuses.some(({ isComplete }) => !isComplete));
}

function describe(
  { phase, tasks, spent, waits, touches }: PhaseFlow,
  { rank, perTask, sharePct }: { rank: number; perTask: number; sharePct: number },
): string {
  const share = `${sharePct.toFixed(1)} % of the total time`;
  const beginning =
    rank === 1 ? `${nameOf(phase)} is the largest bottleneck: ${share}` : `${nameOf(phase)} takes ${share}`;
  const average = (milliseconds: number) => `${readableDuration(milliseconds / tasks)} on average`;
  const details = [
    ...(waits.median === null
      ? []
      : [`wait ${readableDuration(waits.median)} for a claim (median of ${waits.count})`]),
    ...(touches.median === null
      ? []
      : [`are worked on for ${readableDuration(touches.median)} (median of ${touches.count})`]),
    ...(spent.blocked === 0 ? [] : [`are blocked ${average(spent.blocked)}`]),
    ...(spent.idle === 0 ? [] : [`are idle ${average(spent.idle)}`]),
  ];
  const each = readableDuration(perTask);
  const perTaskText = tasks === 1 ? `${each} for one task` : `on average ${each} per task (${tasks} tasks)`;
  return `${beginning}, ${perTaskText}; tasks ${listed(details)}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** Capitalizes the name of a phase: `development` becomes `Development`, and the acronym `qa` becomes `QA`. */
function nameOf(phase: string): string {
  return phase.length <= 2 ? phase.toUpperCase() : phase.slice(0, 1).toUpperCase() + phase.slice(1);
}
