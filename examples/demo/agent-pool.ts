import type { Agent } from '../orchestrator.ts';

export interface PooledAgent extends Agent {
  agentType: string;
  /** The phase of the workflow that this agent works in. */
  phase: string;
}

/** A pool of agents, each of which works on one task at a time. */
export interface AgentPool {
  readonly agents: readonly PooledAgent[];
  /** Waits until an agent of this phase is free. */
  take(phase: string): Promise<PooledAgent>;
  release(agent: PooledAgent): void;
}

export function createAgentPool(agents: readonly PooledAgent[]): AgentPool {
  const free = [...agents];
  const waiting: { phase: string; give: (agent: PooledAgent) => void }[] = [];
  return {
    agents,
    take(phase) {
      const index = free.findIndex((agent) => agent.phase === phase);
      const [agent] = index < 0 ? [] : free.splice(index, 1);
      if (agent !== undefined) return Promise.resolve(agent);
      return new Promise((give) => {
        waiting.push({ phase, give });
      });
    },
    release(agent) {
      const index = waiting.findIndex(({ phase }) => phase === agent.phase);
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) free.push(agent);
      else next.give(agent);
    },
  };
}
