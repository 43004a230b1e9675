export interface Status {
  readonly name: string;
  /** The phase of the status; `any` if the workflow file does not set one. */
  readonly phase: string;
  /** The types of agents that work in this status. Empty: all types. */
  readonly agentTypes: readonly string[];
  readonly description: string | null;
  readonly color: string | null;
  /** The default time after which a session in this status is stale. Null: the default of the server. */
  readonly staleAfterMs: number | null;
  /** The statuses to which a task can move from here, in order of preference. */
  readonly transitions: readonly string[];
  readonly isStart: boolean;
  /** Whether the status has no transitions. */
  readonly isTerminal: boolean;
  /** Whether a task in this status has ended, successfully or not. */
  readonly isComplete: boolean;
}

/**
 * The statuses and the transitions between them. Tasks written by another program can have a status that is not part
 * of the workflow. Every function that takes the name of a status accepts such a name and does not throw.
 */
export interface Workflow {
  /** The statuses by name, in the order of the workflow file. */
  readonly statuses: ReadonlyMap<string, Status>;
  /** The phases of the statuses, in the order in which tasks pass through them. Without `any`, which has no order. */
  readonly phases: readonly string[];
  readonly startStatuses: readonly string[];
  readonly completeStatuses: readonly string[];
}

/** The phase of statuses that can follow any phase, such as `blocked`. It has no rank. */
export const anyPhase = 'any';

/** The index of a phase in the order of the workflow; undefined for `any` and for an unknown phase. */
export function phaseRank(workflow: Workflow, phase: string): number | undefined {
  const rank = workflow.phases.indexOf(phase);
  return rank === -1 ? undefined : rank;
}

/** The rank of the phase of a status; undefined for an unknown status. */
export function statusRank(workflow: Workflow, name: string): number | undefined {
  const status = workflow.statuses.get(name);
  return status && phaseRank(workflow, status.phase);
}

/** Sorts phases in workflow order. Phases without a rank come last, by name. */
export function comparePhases(workflow: Workflow, a: string, b: string): number {
  const rankA = phaseRank(workflow, a) ?? workflow.phases.length;
  const rankB = phaseRank(workflow, b) ?? workflow.phases.length;
  return rankA - rankB || (a < b ? -1 : Number(a > b));
}

/** Whether a move from one status to the other returns to an earlier phase. False if either has no rank. */
export function isBackward(workflow: Workflow, from: string, to: string): boolean {
  const rankFrom = statusRank(workflow, from);
  const rankTo = statusRank(workflow, to);
  return rankFrom !== undefined && rankTo !== undefined && rankTo < rankFrom;
}

/** The default time after which a session is stale, for the statuses that have their own, in milliseconds. */
export function staleAfterMsByStatus({ statuses }: Workflow): ReadonlyMap<string, number> {
  return new Map(
    [...statuses.values()].flatMap(({ name, staleAfterMs }) =>
      staleAfterMs === null ? [] : [[name, staleAfterMs] as const],
    ),
  );
}
