import type { Actor } from './actor.ts';
import { anybody } from './client-id.ts';

/** The roles. Each role includes the rights of the roles before it. */
export const roles = ['viewer', 'agent', 'orchestrator'] as const;
export type Role = (typeof roles)[number];

/** The client that makes a request, with its role and its token. */
export interface Principal extends Actor {
  readonly role: Role;
  /** When the client's token expires. Null if it never expires or if the server requires no tokens. */
  readonly expiresAt: Date | null;
  /** The public id of the token, which differs from token to token of one client. Null if the server requires no tokens. */
  readonly tokenId: string | null;
}

export function hasRole(principal: Pick<Principal, 'role'>, atLeast: Role): boolean {
  return roles.indexOf(principal.role) >= roles.indexOf(atLeast);
}

/** The identity and rights of all clients if the server requires no tokens. */
export const unrestrictedPrincipal: Principal = {
  name: 'anybody',
  clientId: anybody,
  role: 'orchestrator',
  agentIds: 'all',
  expiresAt: null,
  tokenId: null,
};

/** Returns the agents for which a token may act. The default for the role `agent` is the agent with its name. */
export function agentIdsOf(
  role: Role,
  name: string,
  named: readonly string[] | undefined,
): Principal['agentIds'] {
  if (role === 'orchestrator') return 'all';
  return new Set(role === 'agent' ? (named ?? [name]) : []);
}
