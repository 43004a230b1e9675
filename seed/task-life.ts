import { isCancellation, isPause, isQueue, isWork } from '../src/domain/workflow/status-names.ts';
import { claimTarget, finishTarget, unblockTarget } from '../src/domain/workflow/transitions.ts';
import { anyPhase, type Status, type Workflow } from '../src/domain/workflow/workflow.ts';
import { cancelled, type LogNormal, neverBegun, putOnHold, waits } from './distributions.ts';
import type { Random } from './random.ts';
import { creation, nextStart } from './rhythm.ts';
import { chooseEnding, type Claim, type Ending, lastHeartbeat } from './session-ending.ts';
import type { MoveEvent, SessionEvent, TaskEvent } from './task-events.ts';
import type { Agent, Team } from './team.ts';
import { comment, noLongerNeeded } from './texts.ts';

/** What all tasks have in common. */
export interface World {
  workflow: Workflow;
  team: Team;
  /** Nothing happens after this instant. */
  untilMs: number;
}

/** All that happens to a task, in order of time, and how it stands in the end. */
export interface TimelineOfTask {
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

/** A life that is being lived. */
interface Story {
  world: World;
  random: Random;
  timeline: TimelineOfTask;
}

/**
 * The life of a task, from its creation to the end of the story. Where it goes is decided by the functions that decide
 * it in the server, and what is written down is what the operations there write.
 */
export function liveTask(
  world: World,
  random: Random,
  mostSessions = Number.POSITIVE_INFINITY,
): TimelineOfTask {
  const story: Story = { world, random, timeline: create(world, random) };
  if (!random.happens(neverBegun)) while (takeStep(story, mostSessions));
  return story.timeline;
}

function create({ workflow, untilMs }: World, random: Random): TimelineOfTask {
  const [usual = ''] = workflow.startStatuses;
  const status = random.happens(0.6) ? random.pick(workflow.startStatuses) : usual;
  const createdMs = creation(random, untilMs);
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

/** Whether there may be another step after this one. */
function takeStep(story: Story, mostSessions: number): boolean {
  const { timeline, world } = story;
  const status = world.workflow.statuses.get(timeline.status);
  if (status === undefined || status.isComplete) return false;
  if (isPause(status.name)) return resume(story);
  const target = claimTarget(world.workflow, status.name);
  if (target === undefined) return moveOn(story);
  const setAside = chooseToSetAside(story, status);
  if (setAside !== undefined) return moveLater(story, { ...setAside, wait: waits.forDecision });
  return timeline.sessions < mostSessions && work(story, target);
}

/** Now and then a task is given up or put on hold instead of being claimed, but not after work on it has begun. */
function chooseToSetAside(
  { world: { workflow }, random }: Story,
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

/** Finished without a session, as a draft is that is thought good enough. */
function moveOn(story: Story): boolean {
  const { timeline, world } = story;
  const to = isQueue(timeline.status) ? undefined : finishTarget(world.workflow, timeline.status);
  return to !== undefined && moveLater(story, { to, notes: null, wait: waits.forDecision });
}

function resume(story: Story): boolean {
  const { timeline, world } = story;
  const pause = timeline.events.findLast((event) => event.kind === 'move');
  const phase = world.workflow.statuses.get(pause?.from ?? '')?.phase;
  const to = unblockTarget(world.workflow, timeline.status, phase);
  if (to === undefined || !moveLater(story, { to, notes: null, wait: waits.inPause })) return false;
  timeline.blockedMs = null;
  timeline.blockedReason = null;
  return true;
}

/** Moved by somebody who plans, unless the story is over before. */
function moveLater(
  story: Story,
  { to, notes, wait }: { to: string; notes: string | null; wait: LogNormal },
): boolean {
  const atMs = afterWait(story, wait);
  if (atMs > story.world.untilMs) return false;
  move(story, { atMs, to, agent: null, notes, rejectionReason: null });
  return true;
}

/** An agent takes the task and closes its session, unless the story is over before. */
function work(story: Story, target: string): boolean {
  const { timeline, random, world } = story;
  const atMs = afterWait(story, target === timeline.status ? waits.forRework : waits.inQueue);
  if (atMs > world.untilMs) return false;

  const phase = world.workflow.statuses.get(target)?.phase ?? anyPhase;
  const claim: Claim = { agent: chooseAgent(story, phase), phase, from: timeline.status, to: target, atMs };
  const ending = chooseEnding(world.workflow, random, claim);
  const session: SessionEvent = {
    kind: 'session',
    atMs,
    agent: claim.agent,
    phase,
    claimedFrom: claim.from,
    claimedTo: claim.to,
    lastHeartbeatMs: lastHeartbeat(random, claim, Math.min(ending.aliveUntilMs, world.untilMs)),
    close: null,
  };
  move(story, { atMs, to: target, agent: claim.agent.id, notes: null, rejectionReason: null });
  timeline.events.push(session);
  timeline.assignedAgent = claim.agent.id;
  timeline.startedMs ??= atMs;
  timeline.sessions += 1;
  if (ending.atMs > world.untilMs) return false;
  close(story, session, ending);
  return true;
}

/** Work that comes back goes to the agent who did it, more often than not. */
function chooseAgent({ timeline, random, world }: Story, phase: string): Agent {
  const fitting = world.team.fitting(timeline.status);
  const before = timeline.events.findLast((event) => event.kind === 'session' && event.phase === phase);
  const didIt = before?.kind === 'session' && before.close?.outcome !== 'abandoned';
  return didIt && fitting.includes(before.agent) && random.happens(0.7) ? before.agent : random.pick(fitting);
}

function close(story: Story, session: SessionEvent, { atMs, outcome, to, notes }: Ending): void {
  const { timeline, random } = story;
  const agent = session.agent.id;
  session.close = { atMs, outcome, notes, from: timeline.status, to };
  move(story, { atMs, to, agent, notes, rejectionReason: outcome === 'rejected' ? notes : null });
  timeline.assignedAgent = null;
  if (outcome === 'rejected' && notes !== null)
    timeline.events.push({ kind: 'note', atMs, type: 'rejection', content: notes, createdBy: agent });
  else if (random.happens(0.02))
    timeline.events.push({ kind: 'note', atMs, type: 'comment', content: comment(random), createdBy: agent });
  if (outcome === 'blocked') {
    timeline.blockedMs = atMs;
    timeline.blockedReason = notes;
  }
}

function afterWait({ timeline, random }: Story, { medianMs, sigma }: LogNormal): number {
  return nextStart(random, timeline.updatedMs + random.logNormal(medianMs, sigma));
}

/** Like the server, which writes no history where the status stays. */
function move({ timeline, world }: Story, event: Omit<MoveEvent, 'kind' | 'from'>): void {
  if (event.to !== timeline.status) timeline.events.push({ kind: 'move', from: timeline.status, ...event });
  if (world.workflow.statuses.get(event.to)?.isComplete) timeline.completedMs = event.atMs;
  timeline.status = event.to;
  timeline.updatedMs = event.atMs;
}
