/*
 * The durations and probabilities of the simulation. Durations are log-normal: most are short, some are very long, and
 * none is negative.
 */
import { hourMs, minuteMs } from './time.ts';

export interface LogNormal {
  medianMs: number;
  /** The standard deviation of the natural logarithm. */
  sigma: number;
}

export interface Work {
  /** For an agent of average speed. */
  duration: LogNormal;
  /** The probability of a rejection, if the workflow allows one. */
  rejected: number;
}

const sigma = 0.9;
const byPhase: Readonly<Record<string, Work>> = {
  planning: { duration: { medianMs: 25 * minuteMs, sigma }, rejected: 0.04 },
  development: { duration: { medianMs: 45 * minuteMs, sigma }, rejected: 0.05 },
  review: { duration: { medianMs: 20 * minuteMs, sigma }, rejected: 0.2 },
  qa: { duration: { medianMs: 30 * minuteMs, sigma }, rejected: 0.17 },
  approval: { duration: { medianMs: 10 * minuteMs, sigma }, rejected: 0.1 },
};
const inAnotherPhase: Work = { duration: { medianMs: 30 * minuteMs, sigma }, rejected: 0.1 };

export function workIn(phase: string): Work {
  return byPhase[phase] ?? inAnotherPhase;
}

/** The probability that a session is blocked, if the workflow allows it. */
export const blocked = 0.05;

/** The probability that a session is abandoned. */
export const abandoned = 0.04;
/** The share of abandoned sessions that the agent itself hands back. In the others, the agent crashed. */
export const handedBack = 0.4;

export const waits = {
  /** In a queue, before an agent takes the task. */
  inQueue: { medianMs: 2 * hourMs, sigma: 1.2 },
  /** In an `in_*` status after a rejection, before an agent claims the task again. */
  forRework: { medianMs: 0.75 * hourMs, sigma: 1 },
  /** In a status that agents cannot claim, before a person moves the task. */
  forDecision: { medianMs: 20 * hourMs, sigma: 1 },
  /** Blocked or on hold. */
  inPause: { medianMs: 18 * hourMs, sigma: 1 },
  /** Between the crash of an agent and the end of its session. */
  untilDetected: { medianMs: 9 * hourMs, sigma: 1.3 },
} satisfies Record<string, LogNormal>;

/** The share of tasks that stay in the status they were created in. */
export const neverStarted = 0.08;

/** The probability that a claimable task is cancelled or put on hold instead of being claimed. */
export const cancelled = 0.02;
export const putOnHold = 0.005;

/** The longest time between two heartbeats of an agent that sends them. */
export const heartbeatIntervalMs = 5 * minuteMs;
