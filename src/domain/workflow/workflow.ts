/** One place in which a task may stand. */
export interface Status {
  readonly name: string;
  /** The group the status belongs to; `any` where the workflow file gives none. */
  readonly phase: string;
  /** Who takes work here. Empty: anybody. */
  readonly agentTypes: readonly string[];
  readonly description: string | null;
  readonly color: string | null;
  /** How long a session here may be open before it is stale, where nobody names a threshold. Null: no own threshold. */
  readonly staleAfterMs: number | null;
  /** Where a task may go from here, what the owner of the workflow wants most first. */
  readonly transitions: readonly string[];
  readonly isStart: boolean;
  /** No way leads out. */
  readonly isTerminal: boolean;
  /** The task is over here, successfully or not. */
  readonly isComplete: boolean;
}

/**
 * The statuses and the ways between them. Tasks that another program wrote may stand in statuses that are not
 * in here; every question about such a status is answered with "nothing", never with an exception.
 */
export interface Workflow {
  /** By name, in the order of the workflow file. */
  readonly statuses: ReadonlyMap<string, Status>;
  /** The phases in use, in the order in which work passes through them. Without `any`, which has no order. */
  readonly phases: readonly string[];
  readonly startStatuses: readonly string[];
  readonly completeStatuses: readonly string[];
}

/** The phase of statuses that belong to no stage of the work, such as `blocked`: neither early nor late. */
export const anyPhase = 'any';

/** The place of a phase in the order of the workflow, from 0; undefined for `any` and for a foreign phase. */
export function phaseRank(workflow: Workflow, phase: string): number | undefined {
  const rank = workflow.phases.indexOf(phase);
  return rank === -1 ? undefined : rank;
}

/** The place of a status's phase in the order; undefined for an unknown status and where there is no order. */
export function statusRank(workflow: Workflow, name: string): number | undefined {
  const status = workflow.statuses.get(name);
  return status && phaseRank(workflow, status.phase);
}

/** Sorts phases in workflow order; those without an order come last, by name. */
export function comparePhases(workflow: Workflow, a: string, b: string): number {
  const rankA = phaseRank(workflow, a) ?? workflow.phases.length;
  const rankB = phaseRank(workflow, b) ?? workflow.phases.length;
  return rankA - rankB || (a < b ? -1 : Number(a > b));
}

/** Whether going from one status to the other returns to an earlier phase. False where either has no order. */
export function isBackward(workflow: Workflow, from: string, to: string): boolean {
  const rankFrom = statusRank(workflow, from);
  const rankTo = statusRank(workflow, to);
  return rankFrom !== undefined && rankTo !== undefined && rankTo < rankFrom;
}

/** How long work may take, for the statuses for which the workflow says so, in milliseconds. */
export function staleAfterMsByStatus({ statuses }: Workflow): ReadonlyMap<string, number> {
  return new Map(
    [...statuses.values()].flatMap(({ name, staleAfterMs }) =>
      staleAfterMs === null ? [] : [[name, staleAfterMs] as const],
    ),
  );
}
