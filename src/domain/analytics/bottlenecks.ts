import { spokenDuration } from '../../shared/duration.ts';
import { percentage } from '../../shared/statistics.ts';
import { anyPhase, type Workflow } from '../workflow/workflow.ts';
import type { PhaseFlow } from './flow.ts';
import { totalOf } from './time-spent.ts';

/** A phase by the time that it takes from tasks. */
export interface Bottleneck<Flow extends PhaseFlow = PhaseFlow> {
  /** From 1, the worst. */
  readonly rank: number;
  readonly flow: Flow;
  /** Milliseconds that a task spends in the phase, on average over those that were in it. */
  readonly perTask: number;
  /** The time of the phase per hundred of that of all that are ranked, with one decimal. */
  readonly sharePct: number;
  /** The numbers that put it there, in words. */
  readonly sentence: string;
}

/**
 * The phases that take the most time from a task first. The time is all of it, waiting, worked on, blocked and idle,
 * divided by the tasks that were in the phase. Left out are phases in which no time was spent, those in which work is
 * over (a completed task that was taken up again was not held up while it rested), and time that is of no phase.
 */
export function bottlenecks<Flow extends PhaseFlow>(
  workflow: Workflow,
  flows: readonly Flow[],
): Bottleneck<Flow>[] {
  const stages = flows.filter(({ phase, spent }) => isStage(workflow, phase) && totalOf(spent) > 0);
  const all = stages.reduce((sum, { spent }) => sum + totalOf(spent), 0);
  return stages
    .map((flow) => ({ flow, total: totalOf(flow.spent), perTask: totalOf(flow.spent) / flow.tasks }))
    .toSorted((one, other) => other.perTask - one.perTask || other.total - one.total)
    .map(({ flow, total, perTask }, index) => {
      const rank = index + 1;
      const sharePct = percentage(total, all) ?? 0;
      return { rank, flow, perTask, sharePct, sentence: describe(flow, { rank, perTask, sharePct }) };
    });
}

/** Whether work can be held up there. A phase that only sessions know of counts. */
function isStage(workflow: Workflow, phase: string): boolean {
  const statuses = [...workflow.statuses.values()].filter((status) => status.phase === phase);
  return phase !== anyPhase && (statuses.length === 0 || statuses.some(({ isComplete }) => !isComplete));
}

function describe(
  { phase, tasks, spent, waits, touches }: PhaseFlow,
  { rank, perTask, sharePct }: { rank: number; perTask: number; sharePct: number },
): string {
  const share = `${sharePct.toFixed(1)} % of all time`;
  const head =
    rank === 1 ? `${nameOf(phase)} holds work up the most: ${share}` : `${nameOf(phase)} takes ${share}`;
  const average = (milliseconds: number) => `${spokenDuration(milliseconds / tasks)} on average`;
  const what = [
    ...(waits.median === null
      ? []
      : [`wait ${spokenDuration(waits.median)} for a claim (median of ${waits.count})`]),
    ...(touches.median === null
      ? []
      : [`are worked on ${spokenDuration(touches.median)} (median of ${touches.count})`]),
    ...(spent.blocked === 0 ? [] : [`are blocked ${average(spent.blocked)}`]),
    ...(spent.idle === 0 ? [] : [`lie idle ${average(spent.idle)}`]),
  ];
  return `${head}, ${spokenDuration(perTask)} ${tasks === 1 ? 'for one task' : `for each of ${tasks} tasks`}; tasks ${listed(what)}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** As it begins a sentence. Names of two letters are initials: QA. */
function nameOf(phase: string): string {
  return phase.length <= 2 ? phase.toUpperCase() : phase.slice(0, 1).toUpperCase() + phase.slice(1);
}
