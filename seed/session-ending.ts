import type { Outcome } from '../src/sessions/close-session.ts';
import { blockTarget, finishTarget, rejectTarget } from '../src/workflow/transitions.ts';
import type { Workflow } from '../src/workflow/workflow.ts';
import { abandoned, abandonedAlive, blocked, heartbeatIntervalMs, waits, workIn } from './distributions.ts';
import type { Random } from './random.ts';
import type { Agent } from './team.ts';
import { agentLost, blockReason, finishNotes, handBackReason, rejectionReason } from './texts.ts';

export interface Claim {
  agent: Agent;
  phase: string;
  from: string;
  to: string;
  atMs: number;
}

/** How a session ends, or will. */
export interface Ending {
  atMs: number;
  outcome: Outcome;
  /** The status to which the task goes. */
  to: string;
  notes: string | null;
  /** An agent that dies leaves its session open until somebody sees it. */
  aliveUntilMs: number;
}

/** What becomes of a claim, as far as the workflow lets it. */
export function chooseEnding(workflow: Workflow, random: Random, claim: Claim): Ending {
  const { agent, phase } = claim;
  const { duration, rejected } = workIn(phase);
  const workedUntilMs =
    claim.atMs + Math.round(random.logNormal(duration.medianMs * agent.slowness, duration.sigma));
  const inTime = { atMs: workedUntilMs, aliveUntilMs: workedUntilMs };
  const back = rejectTarget(workflow, claim.to);
  const aside = blockTarget(workflow, claim.to);
  const onward = finishTarget(workflow, claim.to);

  let chance = random.fraction();
  const comesUp = (probability: number) => {
    chance -= probability;
    return chance < 0;
  };
  if (back.kind === 'moves' && comesUp(rejected * agent.strictness))
    return { ...inTime, outcome: 'rejected', to: back.to, notes: rejectionReason(random, phase) };
  if (aside !== undefined && comesUp(blocked))
    return { ...inTime, outcome: 'blocked', to: aside, notes: blockReason(random) };
  if (onward !== undefined && !comesUp(abandoned * agent.unreliability)) {
    const notes = random.happens(0.4) ? finishNotes(random) : null;
    return { ...inTime, outcome: 'completed', to: onward, notes };
  }
  if (random.happens(abandonedAlive)) {
    const notes = random.happens(0.7) ? handBackReason(random) : null;
    return { ...inTime, outcome: 'abandoned', to: claim.from, notes };
  }
  const { medianMs, sigma } = waits.forDiscovery;
  return {
    atMs: workedUntilMs + Math.round(random.logNormal(medianMs, sigma)),
    aliveUntilMs: workedUntilMs,
    outcome: 'abandoned',
    to: claim.from,
    notes: agentLost,
  };
}

/** The last sign of life before this instant; null where the agent gave none since its claim. */
export function lastHeartbeat(random: Random, claim: Claim, beforeMs: number): number | null {
  const atMs = beforeMs - random.wholeNumber(1, heartbeatIntervalMs);
  return claim.agent.sendsHeartbeats && atMs > claim.atMs ? atMs : null;
}
