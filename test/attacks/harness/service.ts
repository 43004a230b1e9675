import { setTimeout as delay } from 'node:timers/promises';
import type { AttackName } from '../attacks.ts';
import type { AttackedServer } from './attacked-server.ts';
import { type Outcomes, runAttackProcess } from './attack-process.ts';
import type { Observers } from './observers.ts';

const megabyte = 1_024 * 1_024;

/** What other clients can rely on during an attack. */
export const promised = {
  queryP99Ms: 100,
  claimMs: 250,
  stalePushMs: 250,
  peakBytes: 400 * megabyte,
  /** After the attack, everything is as before within this time. */
  recoveryMs: 5_000,
} as const;

/** How often an attack is measured on a machine that is too busy. */
const mostMeasurements = 3;

/** When to stop waiting for the recovery. The report then says how bad it was. */
const patienceMs = 20_000;

/** The observers have a few connections of their own, which they open and close. */
const spareFiles = 20;

/** What other clients saw during a period. Times are in milliseconds. */
interface Service {
  queryP99Ms: number;
  queryWorstMs: number;
  claimWorstMs: number;
  stalePushWorstMs: number;
}

export interface AttackReport extends Service {
  /** What the same clients saw just before the attack. */
  before: Service;
  peakBytes: number;
  isAlive: boolean;
  /** The time from the end of the attack until everything was as before. Undefined if it took too long. */
  recoveryMs: number | undefined;
  /** The last difference from before the attack that was found after it. Empty if there was none. */
  lastDifference: string;
  /** The errors of the observers. */
  errors: readonly string[];
  /** How long the server and the measuring process waited for a processor. */
  processorWaitMs: number;
  /** What the attacker saw. */
  outcomes: Outcomes;
}

export interface RunOptions {
  /** How long the attack lasts. Default: 2 s. */
  attackMs?: number | undefined;
  /** The factor by which the attack is larger than described. */
  size?: number;
  /** The promised times are multiplied by this factor. Default: 1. */
  timeFactor?: number;
  /** Called when the attack begins. */
  onStart?: () => void;
}

/** Runs an attack and reports what the observers saw. */
export async function reportAttack(
  server: AttackedServer,
  observers: Observers,
  attack: AttackName,
  { attackMs = 2_000, size = 1, timeFactor = 1, onStart = () => {} }: RunOptions = {},
): Promise<AttackReport> {
  const before = await quietService(observers, timeFactor);
  const connections = await observers.connections();
  const openFiles = server.openFiles();
  let lastDifference = '';
  const isAsBefore = async () => {
    const difference =
      slowness(latestService(observers), timeFactor) ??
      more('WebSockets and subscribers', (await observers.connections()) ?? Infinity, connections) ??
      more('open files', server.openFiles(), openFiles + spareFiles);
    lastDifference = difference ?? lastDifference;
    return difference === undefined;
  };

  let startMs = Date.now();
  const outcomes = await runAttackProcess(
    { attack, size, url: server.url, tokens: server.nextAttacker(), attackMs },
    () => {
      startMs = Date.now();
      observers.peakBytes();
      observers.processorWaitMs();
      onStart();
    },
  );
  const endMs = Date.now();
  const processorWaitMs = observers.processorWaitMs();
  const recoveryMs = server.isAlive ? await waitUntilWithin(patienceMs, isAsBefore) : undefined;
  return {
    ...serviceBetween(observers, startMs, endMs),
    before,
    peakBytes: observers.peakBytes(),
    isAlive: server.isAlive,
    recoveryMs,
    lastDifference,
    errors: [...observers.errors].map(([message, count]) => `${count} × ${message}`),
    processorWaitMs,
    outcomes,
  };
}

/** Measures again if the machine was too busy for the measurement. */
export async function measureUndisturbed(
  measure: () => Promise<AttackReport>,
  timeFactor = 1,
): Promise<AttackReport> {
  let report = await measure();
  for (let count = 1; count < mostMeasurements && wasDisturbed(report, timeFactor); count += 1)
    report = await measure();
  return report;
}

/** Lists the promises that the server broke. The promised times are multiplied by `timeFactor`. */
export function brokenPromises(report: AttackReport, timeFactor = 1): string[] {
  return [...failures(report), ...delays(report, { timeFactor })];
}

/** Whether the only broken promises are about times, and a busy machine can explain them. */
function wasDisturbed(report: AttackReport, timeFactor: number): boolean {
  const isOnlyLate = failures(report).length === 0 && delays(report, { timeFactor }).length > 0;
  return isOnlyLate && delays(report, { timeFactor, toleratedMs: report.processorWaitMs }).length === 0;
}

function failures({ isAlive, peakBytes, errors }: AttackReport): string[] {
  return [
    ...(isAlive ? [] : ['the server is dead']),
    ...(peakBytes < promised.peakBytes
      ? []
      : [`memory ${mb(peakBytes)}, promised ${mb(promised.peakBytes)}`]),
    ...errors.map((error) => `another client got an error: ${error}`),
  ];
}

/** Lists the times that exceed the promised ones by at least `toleratedMs`. */
function delays(
  report: AttackReport,
  { timeFactor, toleratedMs = 0 }: { timeFactor: number; toleratedMs?: number },
): string[] {
  const { queryP99Ms, claimWorstMs, stalePushWorstMs, recoveryMs, lastDifference } = report;
  const times = [
    ['query p99', queryP99Ms, timeFactor * promised.queryP99Ms],
    ['claim', claimWorstMs, timeFactor * promised.claimMs],
    ['stale push', stalePushWorstMs, timeFactor * promised.stalePushMs],
    [`recovery (${lastDifference})`, recoveryMs ?? patienceMs, promised.recoveryMs],
  ] as const;
  return times
    .filter(([, measured, limit]) => measured >= limit + toleratedMs)
    .map(([what, measured, limit]) => `${what} ${ms(measured)}, promised ${ms(limit)}`);
}

/** Describes in one line what was measured. */
export function summary(report: AttackReport): string {
  const { before, outcomes, isAlive } = report;
  const seen = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ×${count}`);
  return [
    `query p99 ${ms(report.queryP99Ms)} worst ${ms(report.queryWorstMs)}`,
    `claim worst ${ms(report.claimWorstMs)}`,
    `stale push worst ${ms(report.stalePushWorstMs)}`,
    `peak ${mb(report.peakBytes)}${isAlive ? '' : ', DEAD'}`,
    `recovery ${recoveryText(report.recoveryMs)}`,
    `before: p99 ${ms(before.queryP99Ms)} claim ${ms(before.claimWorstMs)} push ${ms(before.stalePushWorstMs)}`,
    `waited for a processor ${ms(report.processorWaitMs)}`,
    `attacker saw: ${seen.join(', ') || 'nothing'}`,
  ].join(' | ');
}

/** Waits until the machine is quiet. Fails if it is too busy to measure anything. */
async function quietService(observers: Observers, timeFactor: number): Promise<Service> {
  const difference = () => slowness(latestService(observers), timeFactor / 2);
  const isQuiet = await waitUntilWithin(patienceMs, async () => difference() === undefined);
  if (isQuiet === undefined) throw new Error(`The machine is too busy: without an attack, ${difference()}`);
  return latestService(observers);
}

/** What the observers saw in the latest 0.5 s. */
function latestService(observers: Observers): Service {
  const now = Date.now();
  return serviceBetween(observers, now - 500, now);
}

/** Says which answers or pushes take longer than promised. Undefined if none do. */
function slowness(service: Service, timeFactor: number): string | undefined {
  const { queryWorstMs, claimWorstMs, stalePushWorstMs } = service;
  const isQuick =
    queryWorstMs < timeFactor * promised.queryP99Ms &&
    claimWorstMs < timeFactor * promised.claimMs &&
    stalePushWorstMs < timeFactor * promised.stalePushMs;
  return isQuick
    ? undefined
    : `query ${ms(queryWorstMs)}, claim ${ms(claimWorstMs)}, stale push ${ms(stalePushWorstMs)}`;
}

/** Says that there are more of something than before the attack. Undefined if there are not. */
function more(what: string, count: number, expected = 0): string | undefined {
  return count > expected ? `${count} ${what}, not ${expected}` : undefined;
}

function serviceBetween(observers: Observers, fromMs: number, toMs: number): Service {
  const queries = observers.delays('query', fromMs, toMs);
  const worst = (sorted: readonly number[]) => sorted.at(-1) ?? 0;
  return {
    queryP99Ms: queries[Math.ceil(queries.length * 0.99) - 1] ?? 0,
    queryWorstMs: worst(queries),
    claimWorstMs: worst(observers.delays('claim', fromMs, toMs)),
    stalePushWorstMs: worst(observers.delays('stale push', fromMs, toMs)),
  };
}

/** Returns the milliseconds until the condition was true, at least 0.6 s, or undefined if it took too long. */
async function waitUntilWithin(
  limitMs: number,
  condition: () => Promise<boolean>,
): Promise<number | undefined> {
  const started = performance.now();
  // The latest 0.5 s must not contain anything from before.
  await delay(600);
  while (!(await condition())) {
    if (performance.now() - started > limitMs) return undefined;
    await delay(100);
  }
  return performance.now() - started;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}

function mb(bytes: number): string {
  return `${(bytes / megabyte).toFixed(0)} MB`;
}

function recoveryText(milliseconds: number | undefined): string {
  return milliseconds === undefined ? `over ${ms(patienceMs)}` : ms(milliseconds);
}
