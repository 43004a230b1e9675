import { isQueue, nextAfter } from '../src/domain/workflow/status-names.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import type { Random } from './random.ts';

export interface Agent {
  id: string;
  /** Null where the workflow has no types. */
  type: string | null;
  /** What its work takes, as a multiple of what it takes others. */
  slowness: number;
  /** How often it rejects work, as a multiple of how often others do. */
  strictness: number;
  /** How often it leaves work behind, as a multiple of how often others do. */
  unreliability: number;
  sendsHeartbeats: boolean;
}

export interface Team {
  readonly agents: readonly Agent[];
  /** Those who take work in a status. Never none. */
  fitting(status: string): readonly Agent[];
}

const size = 40;

/**
 * Agents of every type that the workflow names. One of them, a reviewer where there are any, is strict; another one
 * leaves work behind far too often.
 */
export function assembleTeam(workflow: Workflow, random: Random): Team {
  const types = [...new Set([...workflow.statuses.values()].flatMap(({ agentTypes }) => agentTypes))];
  const agents: Agent[] = Array.from({ length: Math.max(size, types.length) }, (_, index) => {
    const type = types[index % types.length] ?? null;
    const number = types.length === 0 ? index + 1 : Math.floor(index / types.length) + 1;
    return {
      id: `${type ?? 'agent'}-${number}`,
      type,
      slowness: random.logNormal(1, 0.2),
      strictness: random.logNormal(1, 0.15),
      unreliability: random.logNormal(1, 0.4),
      sendsHeartbeats: random.happens(0.6),
    };
  });

  const fittingByStatus = new Map(
    [...workflow.statuses.keys()].map((status) => {
      const wanted = typesFor(workflow, status);
      const fitting = agents.filter(({ type }) => type !== null && wanted.includes(type));
      return [status, fitting.length > 0 ? fitting : agents];
    }),
  );
  const review = [...workflow.statuses.values()].find(
    ({ phase, agentTypes }) => phase === 'review' && agentTypes.length > 0,
  );
  const strict = (fittingByStatus.get(review?.name ?? '') ?? agents).at(-1);
  if (strict !== undefined) strict.strictness = 2.5;
  const unreliable = agents.find((agent) => agent !== strict);
  if (unreliable !== undefined) unreliable.unreliability = 4;
  return { agents, fitting: (status) => fittingByStatus.get(status) ?? agents };
}

/** A status of work lists nobody where its queue does: who takes work from the queue takes it up again, too. */
function typesFor(workflow: Workflow, name: string): readonly string[] {
  const own = workflow.statuses.get(name)?.agentTypes ?? [];
  if (own.length > 0) return own;
  const queue = [...workflow.statuses.values()].find(
    (status) => isQueue(status.name) && nextAfter(status.name) === name,
  );
  return queue?.agentTypes ?? [];
}
