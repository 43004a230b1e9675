/**
 * An orchestrator to start from. It is pushed every session the moment it turns stale, takes the claim back and
 * hands the task to another agent. Run it beside a server, and end it with Ctrl+C:
 *
 *   SHARK_URL=http://127.0.0.1:4000/graphql STALE_AFTER=4h npx tsx examples/orchestrator.ts
 *
 * To adapt it, choose who takes over in `agentFor` and launch that agent in `startAgent`.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AnswerError, UnreachableError } from '../src/client/answer.ts';
import { type Client, createClient } from '../src/client/client.ts';
import {
  AbandonSessionDocument,
  ClaimTaskDocument,
  type NextPhasePartsFragment,
  type SessionPartsFragment,
  SessionTurnedStaleDocument,
} from '../src/client/generated/graphql.ts';

export interface Agent {
  agentId: string;
  agentType?: string | null | undefined;
}

export interface OrchestratorOptions {
  url: string;
  /** How long a session may be open, for example `90m`; the setting of the server when left out. */
  staleAfter?: string | undefined;
  /** Chooses who takes over, knowing where the task waits now and which kinds of agent work there. */
  agentFor: (stale: SessionPartsFragment, waiting: NextPhasePartsFragment) => Agent | Promise<Agent>;
  /** Launches the agent that took over. It finishes or rejects its work with this session id. */
  startAgent?: (agent: Agent, taskKey: string, sessionId: string) => void;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** Runs until the signal ends it. Throws what no repetition would change, such as a threshold nobody can read. */
export async function runOrchestrator(options: OrchestratorOptions): Promise<void> {
  const { url, staleAfter, log, signal } = options;
  const client = createClient({ url });
  // The place behind the last event that was dealt with to its end. Whenever the connection is made again, the
  // server goes on from here, so nothing is missed. Without a place it sends every session that is stale already.
  let done: string | undefined;
  for (;;) {
    const events = client.subscribe(SessionTurnedStaleDocument, () => ({ staleAfter, after: done }), {
      signal,
      onConnected: () => log(`connected to ${url}`),
      onLost: (reason) => log(`no connection (${reason}), trying until there is one`),
    });
    try {
      for await (const { sessionTurnedStale } of events) {
        const { cursor, session } = sessionTurnedStale;
        // The connection broke in the middle of this very event, so the server has sent it once more.
        if (cursor === done) continue;
        log(`${session.task.key}  ${await reassign(client, session, options)}`);
        done = cursor;
      }
      return;
    } catch (error) {
      await pauseAfter(error, options);
    }
  }
}

/** Returns how it went, in words. Each step may be repeated, since its answer may get lost on the way. */
async function reassign(
  client: Client,
  stale: SessionPartsFragment,
  options: OrchestratorOptions,
): Promise<string> {
  const taskKey = stale.task.key;
  // Names the session and not the task, so it cannot hit who took over since. Repeated, it answers the same.
  const { abandonSession: abandoned } = await untilAnswered(options, () =>
    client.send(AbandonSessionDocument, { input: { sessionId: stale.id, reason: 'no sign of life' } }),
  );
  if (abandoned.__typename === 'SessionNotActiveError')
    return `${stale.agentId} was ready just in time: nothing to do`;
  if (abandoned.__typename !== 'AbandonSessionPayload') return abandoned.message;
  const { task, nextPhase } = abandoned;
  // Where an earlier attempt got this far, somebody may have taken the task since. (And where the orchestrator dies
  // right here, the task waits in its queue like any other.)
  if (nextPhase?.status !== task.status) return `left by ${stale.agentId}, and in ${task.status} by now`;

  const agent = await options.agentFor(stale, nextPhase);
  const { agentId, agentType } = agent;
  const { claimTask: claimed } = await untilAnswered(options, () =>
    client.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType } }),
  );
  let sessionId: string | undefined;
  if (claimed.__typename === 'ClaimTaskPayload') sessionId = claimed.session?.id;
  else if (claimed.__typename !== 'TaskAlreadyClaimedError') return claimed.message;
  // Held by the very agent it was claimed for: an earlier attempt went through, only its answer got lost.
  else if (claimed.activeSession.agentId === agentId) sessionId = claimed.activeSession.id;
  if (sessionId === undefined) return `left by ${stale.agentId}, taken by another before ${agentId}`;

  options.startAgent?.(agent, taskKey, sessionId);
  return `${stale.agentId} gave no sign of life: ${agentId} takes over`;
}

/** Asks until there is an answer, were it a refusal. */
async function untilAnswered<Result>(
  options: OrchestratorOptions,
  ask: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      await pauseAfter(error, options);
      if (options.signal.aborted) throw error;
    }
  }
}

/** Waits a little after what passes: a server that restarts, is busy or has a fault. Throws anything else on. */
async function pauseAfter(fault: unknown, { log, signal }: OrchestratorOptions): Promise<void> {
  if (signal.aborted) return;
  const passes = fault instanceof AnswerError && fault.codes.some((code) => /BUSY|INTERNAL/.test(code));
  if (!passes && !(fault instanceof UnreachableError)) throw fault;
  log(`${fault.message} Trying again.`);
  await delay(500, undefined, { signal }).catch(() => undefined);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  await runOrchestrator({
    url: process.env.SHARK_URL ?? 'http://127.0.0.1:4000/graphql',
    staleAfter: process.env.STALE_AFTER,
    agentFor: ({ agentType }) => ({
      agentId: `${agentType ?? 'spare'}-${randomUUID().slice(0, 8)}`,
      agentType,
    }),
    log: (line) => console.log(`${new Date().toISOString()}  ${line}`),
    signal: interrupted.signal,
  });
}
