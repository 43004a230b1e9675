import type { Outcome } from '../src/sessions/close-session.ts';
import { isCancellation, isPause, isQueue, isWork } from '../src/workflow/status-names.ts';
import {
  blockTarget,
  claimTarget,
  finishTarget,
  rejectTarget,
  unblockTarget,
} from '../src/workflow/transitions.ts';
import { anyPhase, type Workflow } from '../src/workflow/workflow.ts';
import {
  abandoned,
  abandonedAlive,
  blocked,
  cancelled,
  heartbeatIntervalMs,
  type LogNormal,
  neverBegun,
  putOnHold,
  waits,
  workIn,
} from './distributions.ts';
import type { Random } from './random.ts';
import { creation, nextStart } from './rhythm.ts';
import type { Agent, Team } from './team.ts';
import {
  agentLost,
  blockReason,
  comment,
  finishNotes,
  handBackReason,
  noLongerNeeded,
  rejectionReason,
} from './texts.ts';

/** What all tasks have in common. */
export interface World {
  workflow: Workflow;
  team: Team;
  /** Nothing happens after this instant. */
  untilMs: number;
}

export interface MoveEvent {
  kind: 'move';
  atMs: number;
  from: string | null;
  to: string;
  agent: string | null;
  notes: string | null;
  rejectionReason: string | null;
}

export interface SessionEvent {
  kind: 'session';
  /** The start. */
  atMs: number;
  agent: Agent;
  phase: string;
  claimedFrom: string;
  claimedTo: string;
  lastHeartbeatMs: number | null;
  /** Null while it is active. */
  close: { atMs: number; outcome: Outcome; notes: string | null; from: string; to: string } | null;
}

export interface NoteEvent {
  kind: 'note';
  atMs: number;
  type: 'comment' | 'rejection';
  content: string;
  createdBy: string | null;
}

export type TaskEvent = MoveEvent | SessionEvent | NoteEvent;

/** All that happens to a task, in order of time, and how it stands in the end. */
export interface TaskLife {
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

/**
 * The life of a task, from its creation to the end of time. Where it goes is decided by the functions that decide it
 * in the server, and what is written down is what the operations there write.
 */
export function liveTask(world: World, random: Random, mostSessions = Number.POSITIVE_INFINITY): TaskLife {
  const life = create(world, random);
  if (!random.happens(neverBegun)) while (takeStep(world, random, life, mostSessions));
  return life;
}

function create({ workflow, untilMs }: World, random: Random): TaskLife {
  const [usual = ''] = workflow.startStatuses;
  const status = random.happens(0.6) ? random.pick(workflow.startStatuses) : usual;
  const createdMs = creation(random, untilMs);
  const life: TaskLife = {
    createdMs,
    status,
    assignedAgent: null,
    startedMs: null,
    completedMs: null,
    blockedMs: null,
    blockedReason: null,
    updatedMs: createdMs,
    sessions: 0,
    events: [],
  };
  life.events.push({
    kind: 'move',
    atMs: createdMs,
    from: null,
    to: status,
    agent: null,
    notes: null,
    rejectionReason: null,
  });
  return life;
}

/** Whether there is another step after this one. */
function takeStep(world: World, random: Random, life: TaskLife, mostSessions: number): boolean {
  const { workflow } = world;
  const status = workflow.statuses.get(life.status);
  if (status === undefined || status.isComplete) return false;
  if (isPause(life.status)) return resume(world, random, life);
  const target = claimTarget(workflow, life.status);
  if (target === undefined) return decide(world, random, life);
  if (!isWork(life.status)) {
    const cancellation = status.transitions.find(
      (to) => isCancellation(to) && workflow.statuses.get(to)?.isComplete,
    );
    if (cancellation !== undefined && random.happens(cancelled))
      return moveLater(world, random, life, {
        to: cancellation,
        notes: noLongerNeeded,
        wait: waits.forDecision,
      });
    if (status.transitions.includes('on_hold') && random.happens(putOnHold))
      return moveLater(world, random, life, { to: 'on_hold', notes: null, wait: waits.forDecision });
  }
  return life.sessions < mostSessions && work(world, random, life, target);
}

/** Moved by somebody who plans. */
function moveLater(
  { workflow, untilMs }: World,
  random: Random,
  life: TaskLife,
  { to, notes, wait }: { to: string; notes: string | null; wait: LogNormal },
): boolean {
  const atMs = nextStart(random, life.updatedMs + random.logNormal(wait.medianMs, wait.sigma));
  if (atMs > untilMs) return false;
  move(workflow, life, { atMs, to, agent: null, notes });
  return true;
}

function resume(world: World, random: Random, life: TaskLife): boolean {
  const paused = life.events.findLast((event) => event.kind === 'move');
  const phase = world.workflow.statuses.get(paused?.from ?? '')?.phase;
  const to = unblockTarget(world.workflow, life.status, phase);
  if (to === undefined) return false;
  const resumed = moveLater(world, random, life, { to, notes: null, wait: waits.inPause });
  if (resumed) {
    life.blockedMs = null;
    life.blockedReason = null;
  }
  return resumed;
}

/** Finished without a session, as a draft is that is thought good enough. */
function decide(world: World, random: Random, life: TaskLife): boolean {
  const to = isQueue(life.status) ? undefined : finishTarget(world.workflow, life.status);
  if (to === undefined) return false;
  return moveLater(world, random, life, { to, notes: null, wait: waits.forDecision });
}

/** An agent takes the task and, before the end of time or not, closes its session. */
function work(world: World, random: Random, life: TaskLife, target: string): boolean {
  const { workflow, untilMs } = world;
  const claimedFrom = life.status;
  const wait = target === claimedFrom ? waits.forRework : waits.inQueue;
  const startMs = nextStart(random, life.updatedMs + random.logNormal(wait.medianMs, wait.sigma));
  if (startMs > untilMs) return false;

  const phase = workflow.statuses.get(target)?.phase ?? anyPhase;
  const agent = chooseAgent(world, random, life, claimedFrom, phase);
  move(workflow, life, { atMs: startMs, to: target, agent: agent.id, notes: null });
  life.assignedAgent = agent.id;
  life.startedMs ??= startMs;
  life.sessions += 1;

  const ending = chooseEnding(workflow, random, agent, { phase, claimedFrom, status: target, startMs });
  const session: SessionEvent = {
    kind: 'session',
    atMs: startMs,
    agent,
    phase,
    claimedFrom,
    claimedTo: target,
    lastHeartbeatMs: lastHeartbeat(random, agent, startMs, Math.min(ending.aliveUntilMs, untilMs)),
    close: null,
  };
  life.events.push(session);
  if (ending.atMs > untilMs) return false;
  closeWork(workflow, random, life, session, ending);
  return true;
}

/** Work that comes back goes to the agent who did it, more often than not. */
function chooseAgent(
  { team }: World,
  random: Random,
  life: TaskLife,
  claimedFrom: string,
  phase: string,
): Agent {
  const fitting = team.fitting(claimedFrom);
  const before = life.events.findLast((event) => event.kind === 'session' && event.phase === phase);
  const isKnown = before?.kind === 'session' && before.close?.outcome !== 'abandoned';
  return isKnown && fitting.includes(before.agent) && random.happens(0.7)
    ? before.agent
    : random.pick(fitting);
}

interface Ending {
  atMs: number;
  outcome: Outcome;
  to: string;
  notes: string | null;
  /** An agent that dies leaves its session open until somebody sees it. */
  aliveUntilMs: number;
}

interface Place {
  phase: string;
  claimedFrom: string;
  status: string;
  startMs: number;
}

function chooseEnding(
  workflow: Workflow,
  random: Random,
  agent: Agent,
  { phase, claimedFrom, status, startMs }: Place,
): Ending {
  const { duration, rejected } = workIn(phase);
  const workedUntilMs =
    startMs + Math.round(random.logNormal(duration.medianMs * agent.slowness, duration.sigma));
  const inTime = { atMs: workedUntilMs, aliveUntilMs: workedUntilMs };
  const back = rejectTarget(workflow, status);
  const aside = blockTarget(workflow, status);
  const onward = finishTarget(workflow, status);

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
    return { ...inTime, outcome: 'abandoned', to: claimedFrom, notes };
  }
  const { medianMs, sigma } = waits.forDiscovery;
  return {
    atMs: workedUntilMs + Math.round(random.logNormal(medianMs, sigma)),
    aliveUntilMs: workedUntilMs,
    outcome: 'abandoned',
    to: claimedFrom,
    notes: agentLost,
  };
}

function lastHeartbeat(random: Random, agent: Agent, startMs: number, aliveUntilMs: number): number | null {
  const atMs = aliveUntilMs - random.wholeNumber(1, heartbeatIntervalMs);
  return agent.sendsHeartbeats && atMs > startMs ? atMs : null;
}

function closeWork(
  workflow: Workflow,
  random: Random,
  life: TaskLife,
  session: SessionEvent,
  { atMs, outcome, to, notes }: Ending,
): void {
  const agent = session.agent.id;
  session.close = { atMs, outcome, notes, from: life.status, to };
  move(workflow, life, { atMs, to, agent, notes, rejectionReason: outcome === 'rejected' ? notes : null });
  life.assignedAgent = null;
  if (outcome === 'rejected' && notes !== null)
    life.events.push({ kind: 'note', atMs, type: 'rejection', content: notes, createdBy: agent });
  else if (random.happens(0.02))
    life.events.push({ kind: 'note', atMs, type: 'comment', content: comment(random), createdBy: agent });
  if (outcome === 'blocked') {
    life.blockedMs = atMs;
    life.blockedReason = notes;
  }
}

interface Move {
  atMs: number;
  to: string;
  agent: string | null;
  notes: string | null;
  rejectionReason?: string | null;
}

/** Like the server, which writes no history where the status stays. */
function move(
  workflow: Workflow,
  life: TaskLife,
  { atMs, to, agent, notes, rejectionReason: reason = null }: Move,
): void {
  if (to !== life.status)
    life.events.push({ kind: 'move', atMs, from: life.status, to, agent, notes, rejectionReason: reason });
  if (workflow.statuses.get(to)?.isComplete) life.completedMs = atMs;
  life.status = to;
  life.updatedMs = atMs;
}
