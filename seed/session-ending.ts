import type { Outcome } from '../src/domain/sessions/close-session.ts';
import { blockTarget, finishTarget, rejectTarget } from '../src/domain/workflow/transitions.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
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

/** What becomes of a claim: of all that may happen, what the workflow lets happen. */
export function chooseEnding(workflow: Workflow, random: Random, claim: Claim): Ending {
  const { agent, phase } = claim;
  const { duration, rejected } = workIn(phase);
  const workedUntilMs =
    claim.atMs + Math.round(random.logNormal(duration.medianMs * agent.slowness, duration.sigma));
  const inTime = { atMs: workedUntilMs, aliveUntilMs: workedUntilMs };
  const back = rejectTarget(workflow, claim.to);
  const aside = blockTarget(workflow, claim.to);
  const onward = finishTarget(workflow, claim.to);

  const outcome = chooseOutcome(random, {
    rejected: back.kind === 'moves' ? rejected * agent.strictness : 0,
    blocked: aside === undefined ? 0 : blocked,
    abandoned: onward === undefined ? 1 : abandoned * agent.unreliability,
  });
  if (outcome === 'rejected' && back.kind === 'moves')
    return { ...inTime, outcome, to: back.to, notes: rejectionReason(random, phase) };
  if (outcome === 'blocked' && aside !== undefined)
    return { ...inTime, outcome, to: aside, notes: blockReason(random) };
  if (outcome === 'completed' && onward !== undefined) {
    const notes = random.happens(0.4) ? finishNotes(random) : null;
    return { ...inTime, outcome, to: onward, notes };
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

/** Work that does not come to another end is completed. */
function chooseOutcome(
  random: Random,
  likelihoods: Readonly<Record<Exclude<Outcome, 'completed'>, number>>,
): Outcome {
  let chance = random.fraction();
  for (const outcome of ['rejected', 'blocked', 'abandoned'] as const) {
    chance -= likelihoods[outcome];
    if (chance < 0) return outcome;
  }
  return 'completed';
}

/** The last sign of life before this instant; null where the agent gave none since its claim. */
export function lastHeartbeat(random: Random, claim: Claim, beforeMs: number): number | null {
  const atMs = beforeMs - random.wholeNumber(1, heartbeatIntervalMs);
  return claim.agent.sendsHeartbeats && atMs > claim.atMs ? atMs : null;
}
