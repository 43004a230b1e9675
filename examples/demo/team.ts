import { setTimeout as delay } from 'node:timers/promises';
import { AnswerError } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import {
  ClaimTaskDocument,
  FinishTaskDocument,
  type NextPhasePartsFragment,
  RejectTaskDocument,
} from '../../src/client/generated/graphql.ts';
import type { Mishap, Plan } from './backlog.ts';
import type { Crew, Member } from './crew.ts';
import type { Narrator } from './narrator.ts';

export interface Team {
  /** Works on every task until all are at the end of the workflow. */
  finishAll(): Promise<void>;
  /** Goes on with a task that was claimed for this agent. */
  takeOver(agentId: string, taskKey: string, sessionId: string): void;
}

interface TeamOptions {
  client: Client;
  narrator: Narrator;
  crew: Crew;
  tasks: ReadonlyMap<string, Plan>;
  staleAfterMs: number;
}

/** How long a piece of work takes in each phase, in milliseconds. */
const workMs: Readonly<Record<string, number>> = {
  development: 2_400,
  review: 1_800,
  qa: 1_300,
  approval: 900,
};

/** Plays the agents: what they do, how long it takes, and what goes wrong. */
export function createTeam({ client, narrator: { tell }, crew, tasks, staleAfterMs }: TeamOptions): Team {
  const mishaps = new Map([...tasks].map(([key, { mishap }]) => [key, mishap]));
  const underWay: Promise<void>[] = [];
  let unfinished = tasks.size;
  let allFinished = () => {};
  let failed = (_error: unknown) => {};

  /** Nobody waits for what an agent does; what it throws ends the demo. */
  const start = (work: Promise<void>) => {
    underWay.push(work);
    work.catch((error: unknown) => failed(error));
  };

  const claim = async (taskKey: string, phase: string): Promise<void> => {
    const member = await crew.take(phase);
    const { agentId, agentType } = member;
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType } });
    if (claimTask.__typename !== 'ClaimTaskPayload') throw new AnswerError(claimTask.message);
    tell(agentId, taskKey, 'claims', `→ ${claimTask.task.status}`);
    await work(member, taskKey, claimTask.session?.id ?? '');
  };

  const work = async (member: Member, taskKey: string, sessionId: string): Promise<void> => {
    const durationMs = workMs[member.phase] ?? 1_000;
    const mishap = takeMishap(taskKey, member.phase);
    if (mishap?.kind === 'dies' || mishap?.kind === 'dies and returns') {
      await delay(durationMs / 3);
      tell(member.agentId, taskKey, 'falls', 'silent', 'red');
      if (mishap.kind === 'dies and returns') await returnFromTheDead(member, taskKey, sessionId);
      return;
    }
    await delay(durationMs);
    if (mishap?.kind === 'rejects') await reject(member, taskKey, sessionId, mishap.reason);
    else await finish(member, taskKey, sessionId);
  };

  const takeMishap = (taskKey: string, phase: string): Mishap | undefined => {
    const mishap = mishaps.get(taskKey);
    if (mishap?.phase !== phase) return undefined;
    mishaps.delete(taskKey);
    return mishap;
  };

  const finish = async (member: Member, taskKey: string, sessionId: string): Promise<void> => {
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    if (finishTask.__typename !== 'FinishTaskPayload') throw new AnswerError(finishTask.message);
    const seconds = ((finishTask.session?.durationMinutes ?? 0) * 60).toFixed(1);
    tell(
      member.agentId,
      taskKey,
      'finishes',
      `→ ${finishTask.task.status} after ${seconds} s`,
      finishTask.nextPhase === null ? 'green' : undefined,
    );
    crew.release(member);
    await throwIfAborted(taskKey, finishTask.nextPhase);
  };

  const reject = async (member: Member, taskKey: string, sessionId: string, reason: string) => {
    const { rejectTask } = await client.send(RejectTaskDocument, { input: { taskKey, sessionId, reason } });
    if (rejectTask.__typename !== 'RejectTaskPayload') throw new AnswerError(rejectTask.message);
    const { task, nextPhase } = rejectTask;
    tell(member.agentId, taskKey, 'rejects', `→ ${task.status}: ${reason}`, 'yellow');
    crew.release(member);
    await throwIfAborted(taskKey, nextPhase);
  };

  const throwIfAborted = async (taskKey: string, next: NextPhasePartsFragment | null): Promise<void> => {
    if (next !== null) return claim(taskKey, next.phase);
    unfinished -= 1;
    if (unfinished === 0) allFinished();
  };

  /** Comes back while its heir is at work, and knows nothing of it. */
  const returnFromTheDead = async (member: Member, taskKey: string, sessionId: string): Promise<void> => {
    await delay(staleAfterMs);
    tell(member.agentId, taskKey, 'is back', 'and finishes with its old session', 'red');
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    if (finishTask.__typename === 'FinishTaskPayload')
      throw new Error('A dead agent has finished the work of another');
    tell('server', taskKey, 'refuses', `${finishTask.message}.`, 'red');
    tell('', '', '', `${finishTask.suggestion ?? ''}.`, 'red');
    crew.release(member);
  };

  return {
    async finishAll() {
      const finished = new Promise<void>((resolve, fail) => {
        allFinished = resolve;
        failed = fail;
      });
      for (const taskKey of tasks.keys()) start(claim(taskKey, 'development'));
      await finished;
      await Promise.all(underWay);
    },
    takeOver(agentId, taskKey, sessionId) {
      const heir = crew.members.find((member) => member.agentId === agentId);
      if (heir !== undefined) start(work(heir, taskKey, sessionId));
    },
  };
}
