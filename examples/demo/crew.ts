import type { Agent } from '../orchestrator.ts';

export interface Member extends Agent {
  agentType: string;
  /** The phase of the workflow that this agent works in. */
  phase: string;
}

/** Agents that do one thing at a time. */
export interface Crew {
  readonly members: readonly Member[];
  /** Waits until somebody who works in this phase is free. */
  take(phase: string): Promise<Member>;
  release(member: Member): void;
}

export function createCrew(members: readonly Member[]): Crew {
  const free = [...members];
  const waiting: { phase: string; give: (member: Member) => void }[] = [];
  return {
    members,
    take(phase) {
      const index = free.findIndex((member) => member.phase === phase);
      const [member] = index < 0 ? [] : free.splice(index, 1);
      if (member !== undefined) return Promise.resolve(member);
      return new Promise((give) => {
        waiting.push({ phase, give });
      });
    },
    release(member) {
      const index = waiting.findIndex(({ phase }) => phase === member.phase);
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) free.push(member);
      else next.give(member);
    },
  };
}
