import { ExpectedError } from '../shared/expected-error.ts';

/** The client that makes a change. */
export interface Actor {
  readonly name: string;
  /** The agents for which the client may claim and end work; `all` for an orchestrator. */
  readonly agentIds: ReadonlySet<string> | 'all';
}

/** The actor is authenticated, but not allowed to do this. Nothing was changed. */
export class ForbiddenError extends ExpectedError {
  override readonly name = 'ForbiddenError';

  constructor(message: string, suggestion: string) {
    super({ code: 'FORBIDDEN', message, suggestion, parameters: {} });
  }
}

/** Throws ForbiddenError if the actor may not claim for this agent. */
export function checkMayClaimFor(actor: Actor, agentId: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim work for agent '${agentId}', only for ${agentsText(actor)}`,
    'Claim for one of these agents, or use the token of an orchestrator',
  );
}

/** Throws ForbiddenError if the actor may not take over a task that is assigned to this agent. */
export function checkMayTakeOverFrom(actor: Actor, agentId: string, taskKey: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim task ${taskKey}: it is assigned to agent '${agentId}', and without sessions it is unknown whether that work has ended`,
    'Claim another task, or use the token of an orchestrator',
  );
}

/** Throws ForbiddenError if the actor may not end the work of this agent. `null` means that no agent has the task. */
export function checkMayEndWorkOf(actor: Actor, agentId: string | null, taskKey: string): void {
  if (agentId === null ? actor.agentIds === 'all' : actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not do this for task ${taskKey}: ${agentId === null ? 'no agent works on it' : `it is the work of agent '${agentId}'`}, and this token is for the work of ${agentsText(actor)}`,
    'Claim the task first, or use the token of an orchestrator',
  );
}

function actsFor({ agentIds }: Actor, agentId: string): boolean {
  return agentIds === 'all' || agentIds.has(agentId);
}

function agentsText({ agentIds }: Actor): string {
  if (agentIds === 'all') return 'every agent';
  return agentIds.size === 0 ? 'no agent' : [...agentIds].map((agentId) => `'${agentId}'`).join(', ');
}
