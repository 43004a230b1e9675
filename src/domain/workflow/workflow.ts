export interface Status {
  readonly name: string;
  /** The phase of the status. `any` if the workflow file does not set one. */
  readonly phase: string;
  /** The types of agents that work in this status. An empty list means all types. */
  readonly agentTypes: readonly string[];
  readonly description: string | null;
  readonly color: string | null;
  /** How long a session in this status may be open before it is stale. Null for the server's default. */
  readonly staleAfterMs: number | null;
  /** The statuses to which a task can move from this status, in order of preference. */
  readonly transitions: readonly string[];
  readonly isStart: boolean;
  /** True if no transitions lead from this status. */
  readonly isTerminal: boolean;
  /** Whether a task in this status has ended, with or without success. */
  readonly isComplete: boolean;
}

/**
 * The statuses of tasks and the transitions between them. All functions accept unknown statuses, because other programs
 * can write them.
 */
export interface Workflow {
  /** The statuses by name, in the order of the workflow file. */
  readonly statuses: ReadonlyMap<string, Status>;
  /** The phases in the order in which tasks pass through them. `any` has no place in this order. */
  readonly phases: readonly string[];
  readonly startStatuses: readonly string[];
  readonly completeStatuses: readonly string[];
  /** The statuses by their former names, which old rows of the task history contain. */
  readonly formerNames: ReadonlyMap<string, string>;
}

/**
 * The phase of statuses such as `blocked`. Tasks can enter such statuses from every phase, so `any` is not in the order
 * of phases.
 */
export const anyPhase = 'any';

/** Returns the rank of a phase: its index in the order of phases. Undefined for `any` and for unknown phases. */
export function phaseRank(workflow: Workflow, phase: string): number | undefined {
  const rank = workflow.phases.indexOf(phase);
  return rank === -1 ? undefined : rank;
}

/** Returns the rank of the phase of a status. Undefined if the status is unknown or its phase has no rank. */
export function statusRank(workflow: Workflow, name: string): number | undefined {
  const status = workflow.statuses.get(name);
  return status && phaseRank(workflow, status.phase);
}

/** Sorts phases in workflow order. Phases without a place in this order come last, by name. */
export function comparePhases(workflow: Workflow, a: string, b: string): number {
  const rankA = phaseRank(workflow, a) ?? workflow.phases.length;
  const rankB = phaseRank(workflow, b) ?? workflow.phases.length;
  return rankA - rankB || (a < b ? -1 : Number(a > b));
}

/** Whether a move returns a task to an earlier phase. False if either phase has no rank. */
export function isBackward(workflow: Workflow, from: string, to: string): boolean {
  const rankFrom = statusRank(workflow, from);
  const rankTo = statusRank(workflow, to);
  return rankFrom !== undefined && rankTo !== undefined && rankTo < rankFrom;
}

/** Returns the stale threshold of each status that sets one, in milliseconds. */
export function staleAfterMsByStatus({ statuses }: Workflow): ReadonlyMap<string, number> {
  return new Map(
    [...statuses.values()].flatMap(({ name, staleAfterMs }) =>
      staleAfterMs === null ? [] : [[name, staleAfterMs] as const],
    ),
  );
}
