import { isQueue, nextAfter } from '../src/domain/workflow/status-names.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import type { Random } from './random.ts';

export interface Agent {
  id: string;
  /** Null if the workflow has no agent types. */
  type: string | null;
  /** Factor for the duration of its work; 1 is average. */
  slowness: number;
  /** Factor for the probability that it rejects work; 1 is average. */
  strictness: number;
  /** Factor for the probability that it abandons work; 1 is average. */
  unreliability: number;
  sendsHeartbeats: boolean;
}

export interface Team {
  readonly agents: readonly Agent[];
  /** The agents that can claim a task in this status. Never empty. */
  eligibleFor(status: string): readonly Agent[];
}

const size = 40;

/**
 * Creates agents of each type in the workflow. One agent is very strict (a reviewer if the workflow has reviewers), and
 * another one abandons work very often.
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

  const eligibleByStatus = new Map(
    [...workflow.statuses.keys()].map((status) => {
      const wanted = typesFor(workflow, status);
      const eligible = agents.filter(({ type }) => type !== null && wanted.includes(type));
      return [status, eligible.length > 0 ? eligible : agents];
    }),
  );
  const review = [...workflow.statuses.values()].find(
    ({ phase, agentTypes }) => phase === 'review' && agentTypes.length > 0,
  );
  const strict = (eligibleByStatus.get(review?.name ?? '') ?? agents).at(-1);
  if (strict !== undefined) strict.strictness = 2.5;
  const unreliable = agents.find((agent) => agent !== strict);
  if (unreliable !== undefined) unreliable.unreliability = 4;
  return { agents, eligibleFor: (status) => eligibleByStatus.get(status) ?? agents };
}

/** If an `in_*` status lists no agent types, those of its queue apply. */
function typesFor(workflow: Workflow, name: string): readonly string[] {
  const own = workflow.statuses.get(name)?.agentTypes ?? [];
  if (own.length > 0) return own;
  const queue = [...workflow.statuses.values()].find(
    (status) => isQueue(status.name) && nextAfter(status.name) === name,
  );
  return queue?.agentTypes ?? [];
}
