import { setTimeout as delay } from 'node:timers/promises';
import { AnswerError } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import {
  ClaimTaskDocument,
  FinishTaskDocument,
  type NextPhasePartsFragment,
  RejectTaskDocument,
} from '../../src/client/generated/graphql.ts';
import type { AgentPool, PooledAgent } from './agent-pool.ts';
import type { Incident, Plan } from './backlog.ts';
import type { Output } from './output.ts';

export interface Team {
  /** Works on the tasks until all of them have reached the end of the workflow. */
  finishAll(): Promise<void>;
  /** Works on a task that the orchestrator claimed for this agent. */
  continueWork(agentId: string, taskKey: string, sessionId: string): void;
}

interface TeamOptions {
  client: Client;
  output: Output;
  pool: AgentPool;
  tasks: ReadonlyMap<string, Plan>;
  staleAfterMs: number;
}

/** How long an agent works in each phase, in milliseconds. */
const workMs: Readonly<Record<string, number>> = {
  development: 2_400,
  review: 1_800,
  qa: 1_300,
  approval: 900,
};

/** Simulates the agents and their incidents. */
export function createTeam({ client, output: { printEvent }, pool, tasks, staleAfterMs }: TeamOptions): Team {
  const incidents = new Map([...tasks].map(([key, { incident }]) => [key, incident]));
  const running: Promise<void>[] = [];
  let unfinished = tasks.size;
  let allFinished = () => {};
  let failed = (_error: unknown) => {};

  /** Starts work without waiting for it. If it throws, the demo fails. */
  const start = (work: Promise<void>) => {
    running.push(work);
    work.catch((error: unknown) => failed(error));
  };

  const claim = async (taskKey: string, phase: string): Promise<void> => {
    const agent = await pool.take(phase);
    const { agentId, agentType } = agent;
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType } });
    if (claimTask.__typename !== 'ClaimTaskPayload') throw new AnswerError(claimTask.message);
    printEvent(agentId, taskKey, 'claims', `→ ${claimTask.task.status}`);
    await work(agent, taskKey, claimTask.session?.id ?? '');
  };

  const work = async (agent: PooledAgent, taskKey: string, sessionId: string): Promise<void> => {
    const durationMs = workMs[agent.phase] ?? 1_000;
    const incident = takeIncident(taskKey, agent.phase);
    if (incident?.kind === 'crashes' || incident?.kind === 'crashes and returns') {
      await delay(durationMs / 3);
      printEvent(agent.agentId, taskKey, 'crashes', 'and does not finish', 'red');
      if (incident.kind === 'crashes and returns') await finishLate(agent, taskKey, sessionId);
      return;
    }
    await delay(durationMs);
    if (incident?.kind === 'rejects') await reject(agent, taskKey, sessionId, incident.reason);
    else await finish(agent, taskKey, sessionId);
  };

  const takeIncident = (taskKey: string, phase: string): Incident | undefined => {
    const incident = incidents.get(taskKey);
    if (incident?.phase !== phase) return undefined;
    incidents.delete(taskKey);
    return incident;
  };

  const finish = async (agent: PooledAgent, taskKey: string, sessionId: string): Promise<void> => {
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    if (finishTask.__typename !== 'FinishTaskPayload') throw new AnswerError(finishTask.message);
    const seconds = ((finishTask.session?.durationMinutes ?? 0) * 60).toFixed(1);
    printEvent(
      agent.agentId,
      taskKey,
      'finishes',
      `→ ${finishTask.task.status} after ${seconds} s`,
      finishTask.nextPhase === null ? 'green' : undefined,
    );
    pool.release(agent);
    await claimNextPhase(taskKey, finishTask.nextPhase);
  };

  const reject = async (agent: PooledAgent, taskKey: string, sessionId: string, reason: string) => {
    const { rejectTask } = await client.send(RejectTaskDocument, { input: { taskKey, sessionId, reason } });
    if (rejectTask.__typename !== 'RejectTaskPayload') throw new AnswerError(rejectTask.message);
    const { task, nextPhase } = rejectTask;
    printEvent(agent.agentId, taskKey, 'rejects', `→ ${task.status}: ${reason}`, 'yellow');
    pool.release(agent);
    await claimNextPhase(taskKey, nextPhase);
  };

  const claimNextPhase = async (taskKey: string, next: NextPhasePartsFragment | null): Promise<void> => {
    if (next !== null) return claim(taskKey, next.phase);
    unfinished -= 1;
    if (unfinished === 0) allFinished();
  };

  /** Tries to finish with the old session id while the next agent is working on the task. */
  const finishLate = async (agent: PooledAgent, taskKey: string, sessionId: string): Promise<void> => {
    await delay(staleAfterMs);
    printEvent(agent.agentId, taskKey, 'returns', 'and tries to finish its old session', 'red');
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    if (finishTask.__typename === 'FinishTaskPayload')
      throw new Error('The server accepted a session id that is no longer active');
    printEvent('server', taskKey, 'error', `${finishTask.message}.`, 'red');
    printEvent('', '', '', `${finishTask.suggestion ?? ''}.`, 'red');
    pool.release(agent);
  };

  return {
    async finishAll() {
      const finished = new Promise<void>((resolve, fail) => {
        allFinished = resolve;
        failed = fail;
      });
      for (const taskKey of tasks.keys()) start(claim(taskKey, 'development'));
      await finished;
      await Promise.all(running);
    },
    continueWork(agentId, taskKey, sessionId) {
      const nextAgent = pool.agents.find((agent) => agent.agentId === agentId);
      if (nextAgent !== undefined) start(work(nextAgent, taskKey, sessionId));
    },
  };
}
