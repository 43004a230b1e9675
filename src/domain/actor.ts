import { ExpectedError } from '../shared/expected-error.ts';

/** The client of a request, and the agents for which it may act. */
export interface Actor {
  readonly name: string;
  /**
   * The identity of the client, the same for all tokens of the client. Limits count the requests of a client, and the
   * database stores it with idempotency keys, so its form must not change. See `domain/client-id.ts`.
   */
  readonly clientId: string;
  /** The agents for which the client may claim and end work. `all` for an orchestrator. */
  readonly agentIds: ReadonlySet<string> | 'all';
}

/** The client is authenticated but lacks the right to do this. */
export class ForbiddenError extends ExpectedError {
  override readonly name = 'ForbiddenError';

  constructor(message: string, suggestion: string) {
    super({ code: 'FORBIDDEN', message, suggestion, parameters: {} });
  }
}

/** Throws ForbiddenError if the client (the actor) may not claim tasks for this agent. */
export function checkMayClaimFor(actor: Actor, agentId: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim work for agent '${agentId}', only for ${agentsText(actor)}`,
    'Claim for one of these agents, or use the token of an orchestrator',
  );
}

/** Throws ForbiddenError if the client (the actor) may not take over a task of this agent. */
export function checkMayTakeOverFrom(actor: Actor, agentId: string, taskKey: string): void {
  if (actsFor(actor, agentId)) return;
  throw new ForbiddenError(
    `'${actor.name}' may not claim task ${taskKey}: agent '${agentId}' may still be working on it`,
    'Claim another task, or use the token of an orchestrator',
  );
}

/**
 * Throws ForbiddenError if the client may not end the work of this agent. `agentId` is null if no agent works on the
 * task.
 */
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
