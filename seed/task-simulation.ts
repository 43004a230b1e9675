import { isCancellation, isPause, isQueue, isWork } from '../src/domain/workflow/status-names.ts';
import { claimTarget, finishTarget, unblockTarget } from '../src/domain/workflow/transitions.ts';
import { anyPhase, type Status, type Workflow } from '../src/domain/workflow/workflow.ts';
import { cancelled, type LogNormal, neverStarted, putOnHold, waits } from './distributions.ts';
import type { Random } from './random.ts';
import { creationTime, nextStart } from './working-hours.ts';
import { chooseEnding, type Claim, type Ending, lastHeartbeat } from './session-ending.ts';
import type { MoveEvent, SessionEvent, TaskEvent } from './task-events.ts';
import type { Agent, Team } from './team.ts';
import { comment, noLongerNeeded } from './texts.ts';

/** The settings that all simulated tasks share. */
export interface SimulationSettings {
  workflow: Workflow;
  team: Team;
  /** The end of the simulated period. */
  untilMs: number;
}

/** The final state of a task and its events in order of time. */
export interface SimulatedTask {
  createdMs: number;
  status: string;
  assignedAgent: string | null;
  startedMs: number | null;
  completedMs: number | null;
  blockedMs: number | null;
  blockedReason: string | null;
  updatedMs: number;
  sessions: number;
  events: TaskEvent[];
}

/** A simulation in progress. */
interface Simulation {
  settings: SimulationSettings;
  random: Random;
  task: SimulatedTask;
}

/**
 * Simulates a task from its creation to the end of the period. It uses the transition functions of the server and
 * produces the rows that the operations of the server would write.
 */
export function simulateTask(
  settings: SimulationSettings,
  random: Random,
  maxSessions = Number.POSITIVE_INFINITY,
): SimulatedTask {
  const simulation: Simulation = { settings, random, task: create(settings, random) };
  if (!random.happens(neverStarted)) while (step(simulation, maxSessions));
  return simulation.task;
}

function create({ workflow, untilMs }: SimulationSettings, random: Random): SimulatedTask {
  const [usual = ''] = workflow.startStatuses;
  const status = random.happens(0.6) ? random.pick(workflow.startStatuses) : usual;
  const createdMs = creationTime(random, untilMs);
  const creationEvent: MoveEvent = {
    kind: 'move',
    atMs: createdMs,
    from: null,
    to: status,
    agent: null,
    notes: null,
    rejectionReason: null,
  };
  return {
    createdMs,
    status,
    assignedAgent: null,
    startedMs: null,
    completedMs: null,
    blockedMs: null,
    blockedReason: null,
    updatedMs: createdMs,
    sessions: 0,
    events: [creationEvent],
  };
}

/** Simulates one step. Returns whether another step can follow. */
function step(simulation: Simulation, maxSessions: number): boolean {
  const { task, settings } = simulation;
  const status = settings.workflow.statuses.get(task.status);
  if (status === undefined || status.isComplete) return false;
  if (isPause(status.name)) return resume(simulation);
  const target = claimTarget(settings.workflow, status.name);
  if (target === undefined) return advance(simulation);
  const setAside = chooseToSetAside(simulation, status);
  if (setAside !== undefined) return moveLater(simulation, { ...setAside, wait: waits.forDecision });
  return task.sessions < maxSessions && runSession(simulation, target);
}

/** Cancels a few tasks or puts them on hold, but only before work on them has started. */
function chooseToSetAside(
  { settings: { workflow }, random }: Simulation,
  { name, transitions }: Status,
): { to: string; notes: string | null } | undefined {
  if (isWork(name)) return undefined;
  const cancellation = transitions.find(
    (to) => isCancellation(to) && workflow.statuses.get(to)?.isComplete === true,
  );
  if (cancellation !== undefined && random.happens(cancelled))
    return { to: cancellation, notes: noLongerNeeded };
  if (transitions.includes('on_hold') && random.happens(putOnHold)) return { to: 'on_hold', notes: null };
  return undefined;
}

/** Moves a task that needs no session, for example a draft. */
function advance(simulation: Simulation): boolean {
  const { task, settings } = simulation;
  const to = isQueue(task.status) ? undefined : finishTarget(settings.workflow, task.status);
  return to !== undefined && moveLater(simulation, { to, notes: null, wait: waits.forDecision });
}

function resume(simulation: Simulation): boolean {
  const { task, settings } = simulation;
  const pause = task.events.findLast((event) => event.kind === 'move');
  const phase = settings.workflow.statuses.get(pause?.from ?? '')?.phase;
  const to = unblockTarget(settings.workflow, task.status, phase);
  if (to === undefined || !moveLater(simulation, { to, notes: null, wait: waits.inPause })) return false;
  task.blockedMs = null;
  task.blockedReason = null;
  return true;
}

/** Moves the task after a wait, as a person would. Returns false if the period ends before. */
function moveLater(
  simulation: Simulation,
  { to, notes, wait }: { to: string; notes: string | null; wait: LogNormal },
): boolean {
  const atMs = afterWait(simulation, wait);
  if (atMs > simulation.settings.untilMs) return false;
  move(simulation, { atMs, to, agent: null, notes, rejectionReason: null });
  return true;
}

/** An agent claims the task and ends its session. Returns false if the period ends before. */
function runSession(simulation: Simulation, target: string): boolean {
  const { task, random, settings } = simulation;
  const atMs = afterWait(simulation, target === task.status ? waits.forRework : waits.inQueue);
  if (atMs > settings.untilMs) return false;

  const phase = settings.workflow.statuses.get(target)?.phase ?? anyPhase;
  const claim: Claim = { agent: chooseAgent(simulation, phase), phase, from: task.status, to: target, atMs };
  const ending = chooseEnding(settings.workflow, random, claim);
  const session: SessionEvent = {
    kind: 'session',
    atMs,
    agent: claim.agent,
    phase,
    claimedFrom: claim.from,
    claimedTo: claim.to,
    lastHeartbeatMs: lastHeartbeat(random, claim, Math.min(ending.workedUntilMs, settings.untilMs)),
    close: null,
  };
  move(simulation, { atMs, to: target, agent: claim.agent.id, notes: null, rejectionReason: null });
  task.events.push(session);
  task.assignedAgent = claim.agent.id;
  task.startedMs ??= atMs;
  task.sessions += 1;
  if (ending.atMs > settings.untilMs) return false;
  close(simulation, session, ending);
  return true;
}

/** Rework usually goes to the agent that did the work before. */
function chooseAgent({ task, random, settings }: Simulation, phase: string): Agent {
  const eligible = settings.team.eligibleFor(task.status);
  const before = task.events.findLast((event) => event.kind === 'session' && event.phase === phase);
  const didIt = before?.kind === 'session' && before.close?.outcome !== 'abandoned';
  return didIt && eligible.includes(before.agent) && random.happens(0.7)
    ? before.agent
    : random.pick(eligible);
}

function close(simulation: Simulation, session: SessionEvent, { atMs, outcome, to, notes }: Ending): void {
  const { task, random } = simulation;
  const agent = session.agent.id;
  session.close = { atMs, outcome, notes, from: task.status, to };
  move(simulation, { atMs, to, agent, notes, rejectionReason: outcome === 'rejected' ? notes : null });
  task.assignedAgent = null;
  if (outcome === 'rejected' && notes !== null)
    task.events.push({ kind: 'note', atMs, type: 'rejection', content: notes, createdBy: agent });
  else if (random.happens(0.02))
    task.events.push({ kind: 'note', atMs, type: 'comment', content: comment(random), createdBy: agent });
  if (outcome === 'blocked') {
    task.blockedMs = atMs;
    task.blockedReason = notes;
  }
}

function afterWait({ task, random }: Simulation, { medianMs, sigma }: LogNormal): number {
  return nextStart(random, task.updatedMs + random.logNormal(medianMs, sigma));
}

/** Like the server, writes no history row if the status does not change. */
function move({ task, settings }: Simulation, event: Omit<MoveEvent, 'kind' | 'from'>): void {
  if (event.to !== task.status) task.events.push({ kind: 'move', from: task.status, ...event });
  if (settings.workflow.statuses.get(event.to)?.isComplete) task.completedMs = event.atMs;
  task.status = event.to;
  task.updatedMs = event.atMs;
}
