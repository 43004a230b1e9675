import { hourMs, minuteMs } from './time.ts';

/** A log-normal length of time. */
export interface Length {
  medianMs: number;
  sigma: number;
}

/** The spread of what work takes, apart from how slow the agents are. */
const workSigma = 0.9;

export interface PhaseLikelihoods {
  work: Length;
  /** How often work in the phase is rejected, where the workflow lets it. */
  rejected: number;
}

const phases: Readonly<Record<string, PhaseLikelihoods>> = {
  planning: { work: { medianMs: 25 * minuteMs, sigma: workSigma }, rejected: 0.04 },
  development: { work: { medianMs: 45 * minuteMs, sigma: workSigma }, rejected: 0.05 },
  review: { work: { medianMs: 20 * minuteMs, sigma: workSigma }, rejected: 0.2 },
  qa: { work: { medianMs: 30 * minuteMs, sigma: workSigma }, rejected: 0.17 },
  approval: { work: { medianMs: 10 * minuteMs, sigma: workSigma }, rejected: 0.1 },
};
const anotherPhase: PhaseLikelihoods = { work: { medianMs: 30 * minuteMs, sigma: workSigma }, rejected: 0.1 };

export function likelihoodsOf(phase: string): PhaseLikelihoods {
  return phases[phase] ?? anotherPhase;
}

/** How often work is blocked, where the workflow lets it. */
export const blocked = 0.05;
export const abandoned = 0.04;

export const waits = {
  /** In a queue, before an agent takes it. */
  inQueue: { medianMs: 2 * hourMs, sigma: 1.2 },
  /** Sent back, before an agent takes it up again. */
  forRework: { medianMs: 0.75 * hourMs, sigma: 1 },
  /** In a status that waits for a decision and not for an agent, such as a draft. */
  forDecision: { medianMs: 20 * hourMs, sigma: 1 },
  /** Blocked or on hold. */
  inPause: { medianMs: 18 * hourMs, sigma: 1 },
  /** Between the death of an agent and somebody who sees it and takes the task back. */
  untilFoundDead: { medianMs: 9 * hourMs, sigma: 1.3 },
} satisfies Record<string, Length>;

/** How often a task that waits for an agent is given up, or put on hold, instead of being taken. */
export const cancelled = 0.02;
export const putOnHold = 0.005;

/** This part of the tasks stays where it was created. */
export const neverBegun = 0.08;

/** An agent that sends heartbeats does so at least this often. */
export const heartbeatIntervalMs = 5 * minuteMs;
