import type { Actor } from './actor.ts';

/** Roles in ascending order: each also has the rights of the roles before it. */
export const roles = ['viewer', 'agent', 'orchestrator'] as const;
export type Role = (typeof roles)[number];

/** The client that makes a request. */
export interface Principal extends Actor {
  readonly role: Role;
  /**
   * When the token of the client expires. Null if the token does not expire, or if the server does not require tokens.
   */
  readonly expiresAt: Date | null;
  /** Identifies the token, without being a secret. Null if the server does not require tokens. */
  readonly tokenId: string | null;
}

export function hasRole(principal: Pick<Principal, 'role'>, atLeast: Role): boolean {
  return roles.indexOf(principal.role) >= roles.indexOf(atLeast);
}

/** The principal of every client if the server does not require tokens. */
export const unrestrictedPrincipal: Principal = {
  name: 'anybody',
  role: 'orchestrator',
  agentIds: 'all',
  expiresAt: null,
  tokenId: null,
};

/** The agents that a token may act for. Default for the role agent: the agent with the token's own name. */
export function agentIdsOf(
  role: Role,
  name: string,
  named: readonly string[] | undefined,
): Principal['agentIds'] {
  if (role === 'orchestrator') return 'all';
  return new Set(role === 'agent' ? (named ?? [name]) : []);
}
