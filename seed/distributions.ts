/*
 * How long things take and how often they happen. Lengths are log-normal: most are short, some are very long, and
 * none is below zero.
 */
import { hourMs, minuteMs } from './time.ts';

export interface LogNormal {
  medianMs: number;
  /** The standard deviation of the natural logarithm. */
  sigma: number;
}

export interface Work {
  /** Of an agent that is neither fast nor slow. */
  duration: LogNormal;
  /** How often its result, or what it is to build on, is rejected, where the workflow lets it. */
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

/** How often work is blocked, where the workflow lets it. */
export const blocked = 0.05;

/** How often work is left behind: given back, or by an agent that died. */
export const abandoned = 0.04;
export const abandonedAlive = 0.4;

export const waits = {
  /** In a queue, before an agent takes the task. */
  inQueue: { medianMs: 2 * hourMs, sigma: 1.2 },
  /** Sent back, before an agent takes it up again. */
  forRework: { medianMs: 0.75 * hourMs, sigma: 1 },
  /** For somebody who plans, where no agent can go on. */
  forDecision: { medianMs: 20 * hourMs, sigma: 1 },
  /** Blocked or on hold. */
  inPause: { medianMs: 18 * hourMs, sigma: 1 },
  /** Between the death of an agent and the moment at which somebody sees it and takes the task back. */
  forDiscovery: { medianMs: 9 * hourMs, sigma: 1.3 },
} satisfies Record<string, LogNormal>;

/** This part of the tasks stays where it was created. */
export const neverBegun = 0.08;

/** How often a task that could be claimed is cancelled instead, or put on hold. */
export const cancelled = 0.02;
export const putOnHold = 0.005;

/** An agent that sends heartbeats does so at least this often. */
export const heartbeatIntervalMs = 5 * minuteMs;
