import type { Actor } from './actor.ts';

/** What somebody may do; each one may also do what those before it may. */
export const roles = ['viewer', 'agent', 'orchestrator'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Principal extends Actor {
  readonly role: Role;
  /** From when on it is nobody any more. */
  readonly expiresAt: Date | null;
  /** The same for all that is asked with one token, and no secret; null where no tokens are asked for. */
  readonly tokenId: string | null;
}

export function hasRole(principal: Pick<Principal, 'role'>, atLeast: Role): boolean {
  return roles.indexOf(principal.role) >= roles.indexOf(atLeast);
}

/** Whoever reaches a server that asks for no tokens. */
export const unrestrictedPrincipal: Principal = {
  name: 'anybody',
  role: 'orchestrator',
  agentIds: 'all',
  expiresAt: null,
  tokenId: null,
};

/** The agents that a role may speak for, of those that a token names; its own name where it names none. */
export function agentIdsOf(
  role: Role,
  name: string,
  named: readonly string[] | undefined,
): Principal['agentIds'] {
  if (role === 'orchestrator') return 'all';
  return new Set(role === 'agent' ? (named ?? [name]) : []);
}
