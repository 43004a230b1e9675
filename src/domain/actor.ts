/** On whose behalf something is changed. */
export interface Actor {
  readonly name: string;
  /** The agents whose work it may take up and end; `all` for whoever may do that for every agent. */
  readonly agentIds: ReadonlySet<string> | 'all';
}

/** Somebody who may ask for much may not ask for this. Nothing was changed. The message says what would be right. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

/** Throws ForbiddenError when a claim for this agent is not the actor's to make. */
export function checkMayClaimFor(actor: Actor, agentId: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim work for agent '${agentId}', only for ${inWords(actor)}. Claim in one of these names, or with the token of an orchestrator`,
  );
}

/** Throws ForbiddenError when this agent's name stands on a task that is worked on, and is not the actor's to replace. */
export function checkMayTakeOverFrom(actor: Actor, agentId: string, taskKey: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim task ${taskKey}: it is the work of agent '${agentId}', and without sessions nothing tells whether that has ended. Claim another task, or ask with the token of an orchestrator`,
  );
}

/** Throws ForbiddenError when the work of this agent is not the actor's to end; null is the work of nobody. */
export function checkMayEndWorkOf(actor: Actor, agentId: string | null, taskKey: string): void {
  if (agentId === null ? actor.agentIds === 'all' : actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not do this for task ${taskKey}: ${agentId === null ? 'nobody works on it' : `it is the work of agent '${agentId}'`}, and this token is for the work of ${inWords(actor)}. Claim the task first, or ask with the token of an orchestrator`,
  );
}

function actsFor({ agentIds }: Actor, agentId: string): boolean {
  return agentIds === 'all' || agentIds.has(agentId);
}

function inWords({ agentIds }: Actor): string {
  if (agentIds === 'all') return 'every agent';
  return agentIds.size === 0 ? 'no agent' : [...agentIds].map((agentId) => `'${agentId}'`).join(', ');
}
