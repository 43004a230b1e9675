import type { Outcome } from '../src/shared/outcomes.ts';
import { blockTarget, finishTarget, rejectTarget } from '../src/domain/workflow/transitions.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';
import { abandoned, handedBack, blocked, heartbeatIntervalMs, waits, workIn } from './distributions.ts';
import type { Random } from './random.ts';
import type { Agent } from './team.ts';
import { agentCrashed, blockReason, finishNotes, handBackReason, rejectionReason } from './texts.ts';

export interface Claim {
  agent: Agent;
  phase: string;
  from: string;
  to: string;
  atMs: number;
}

/** The end of a session. */
export interface Ending {
  atMs: number;
  outcome: Outcome;
  /** The status that the task moves to. */
  to: string;
  notes: string | null;
  /** When the agent stops working. For an agent that crashes, this is before the end of its session. */
  workedUntilMs: number;
}

/** Chooses the end of a session among the outcomes that the workflow allows. */
export function chooseEnding(workflow: Workflow, random: Random, claim: Claim): Ending {
  const { agent, phase } = claim;
  const { duration, rejected } = workIn(phase);
  const workedUntilMs =
    claim.atMs + Math.round(random.logNormal(duration.medianMs * agent.slowness, duration.sigma));
  const inTime = { atMs: workedUntilMs, workedUntilMs };
  const rejection = rejectTarget(workflow, claim.to);
  const blocking = blockTarget(workflow, claim.to);
  const finish = finishTarget(workflow, claim.to);

  const outcome = chooseOutcome(random, {
    rejected: rejection.kind === 'moves' ? rejected * agent.strictness : 0,
    blocked: blocking === undefined ? 0 : blocked,
    abandoned: finish === undefined ? 1 : abandoned * agent.unreliability,
  });
  if (outcome === 'rejected' && rejection.kind === 'moves')
    return { ...inTime, outcome, to: rejection.to, notes: rejectionReason(random, phase) };
  if (outcome === 'blocked' && blocking !== undefined)
    return { ...inTime, outcome, to: blocking, notes: blockReason(random) };
  if (outcome === 'completed' && finish !== undefined) {
    const notes = random.happens(0.4) ? finishNotes(random) : null;
    return { ...inTime, outcome, to: finish, notes };
  }
  if (random.happens(handedBack)) {
    const notes = random.happens(0.7) ? handBackReason(random) : null;
    return { ...inTime, outcome: 'abandoned', to: claim.from, notes };
  }
  const { medianMs, sigma } = waits.untilDetected;
  return {
    atMs: workedUntilMs + Math.round(random.logNormal(medianMs, sigma)),
    workedUntilMs,
    outcome: 'abandoned',
    to: claim.from,
    notes: agentCrashed,
  };
}

/** Returns `completed` if no other outcome is chosen. */
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

/** The time of the last heartbeat before this instant; null if there was none since the claim. */
export function lastHeartbeat(random: Random, claim: Claim, beforeMs: number): number | null {
  const atMs = beforeMs - random.wholeNumber(1, heartbeatIntervalMs);
  return claim.agent.sendsHeartbeats && atMs > claim.atMs ? atMs : null;
}
