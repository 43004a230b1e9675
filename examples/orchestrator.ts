/**
 * An orchestrator to start from. It is pushed every session the moment it turns stale, takes the claim back and
 * hands the task to another agent. Run it beside a server, and end it with Ctrl+C:
 *
 *   SHARK_URL=http://127.0.0.1:4000/graphql STALE_AFTER=4h SILENT_FOR=10m npx tsx examples/orchestrator.ts
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
  /** The token of an orchestrator, for a server that asks for one. */
  token?: string | undefined;
  /** How long a session may be open, for example `90m`; the setting of the server when left out. */
  staleAfter?: string | undefined;
  /** How long an agent may give no sign of life, for example `10m`; not watched when left out. */
  silentFor?: string | undefined;
  /** Chooses who takes over, knowing where the task waits now and which kinds of agent work there. */
  agentFor: (stale: SessionPartsFragment, waiting: NextPhasePartsFragment) => Agent | Promise<Agent>;
  /** Launches the agent that took over. It finishes or rejects its work with this session id. */
  startAgent?: (agent: Agent, taskKey: string, sessionId: string) => void;
  log: (line: string) => void;
  signal: AbortSignal;
  /** How long to wait after a fault, in milliseconds: twice as long after each further one, up to half a minute. */
  firstPauseMs?: number | undefined;
}

const longestPauseMs = 30_000;

/** How often the server may fail at one step before the next session has its turn. */
const mostProblems = 5;

/** The server fails at one session again and again. */
class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

/** Runs until the signal ends it. Throws what no repetition would change, such as a threshold nobody can read. */
export async function runOrchestrator(options: OrchestratorOptions): Promise<void> {
  const { url, token, staleAfter, silentFor, log, signal } = options;
  const client = createClient({ url, token });
  // The place behind the last event that was dealt with to its end. Whenever the connection is made again, the
  // server goes on from here, so nothing is missed. Without a place it sends every session that is stale already.
  let done: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const events = client.subscribe(
      SessionTurnedStaleDocument,
      () => ({ staleAfter, silentFor, after: done }),
      {
        signal,
        onConnected: () => log(`connected to ${url}`),
        onLost: (reason) => log(`no connection (${reason}), trying until there is one`),
      },
    );
    try {
      for await (const { sessionTurnedStale } of events) {
        const { cursor, session } = sessionTurnedStale;
        // The connection broke in the middle of this very event, so the server has sent it once more.
        if (cursor === done) continue;
        log(`${session.task.key}  ${await reassign(client, session, options).catch(throwIfAborted)}`);
        done = cursor;
        attempt = 0;
      }
      return;
    } catch (error) {
      await pauseAfter(error, attempt, options);
    }
  }
}

/** One session that cannot be dealt with does not hold up those behind it. Throws anything else on. */
function throwIfAborted(fault: unknown): string {
  if (fault instanceof AbortedError) return fault.message;
  throw fault;
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
  // Sent again with its key, the claim is answered again; without one, it would find the task claimed by itself.
  const idempotencyKey = randomUUID();
  const { claimTask: claimed } = await untilAnswered(options, () =>
    client.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType, idempotencyKey } }),
  );
  if (claimed.__typename === 'TaskAlreadyClaimedError')
    return `left by ${stale.agentId}, taken by ${claimed.activeSession.agentId} before ${agentId}`;
  if (claimed.__typename !== 'ClaimTaskPayload') return claimed.message;

  if (claimed.session !== null) options.startAgent?.(agent, taskKey, claimed.session.id);
  return `${stale.agentId} gave no sign of life: ${agentId} takes over`;
}

/** Asks until there is an answer, were it a refusal. Throws GivenUpError when the server has none to give. */
async function untilAnswered<Result>(
  options: OrchestratorOptions,
  ask: () => Promise<Result>,
): Promise<Result> {
  let faults = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (isFaultOfServer(error)) faults += 1;
      if (faults === mostProblems)
        throw new AbortedError(
          `given up after ${mostProblems} faults of the server; if its session is still open, it is sent again at the next start`,
          { cause: error },
        );
      await pauseAfter(error, attempt, options);
      if (options.signal.aborted) throw error;
    }
  }
}

/** Waits after what passes: a server that restarts, is busy or has a fault. Throws anything else on. */
async function pauseAfter(
  fault: unknown,
  attempt: number,
  { log, signal, firstPauseMs = 500 }: OrchestratorOptions,
): Promise<void> {
  if (signal.aborted) return;
  const passes =
    fault instanceof UnreachableError || isFaultOfServer(fault) || hasCode(fault, /BUSY|SERVER_STOPPING/);
  if (!passes) throw fault;
  log(`${fault instanceof Error ? fault.message : String(fault)} Trying again.`);
  const longest = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
  // Scattered, so that several orchestrators do not all ask at once.
  await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}

const isFaultOfServer = (fault: unknown) => hasCode(fault, /INTERNAL/);

function hasCode(fault: unknown, expected: RegExp): boolean {
  return fault instanceof AnswerError && fault.codes.some((code) => expected.test(code));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  await runOrchestrator({
    url: process.env.SHARK_URL ?? 'http://127.0.0.1:4000/graphql',
    token: process.env.SHARK_TOKEN,
    staleAfter: process.env.STALE_AFTER,
    silentFor: process.env.SILENT_FOR,
    agentFor: ({ agentType }) => ({
      agentId: `${agentType ?? 'spare'}-${randomUUID().slice(0, 8)}`,
      agentType,
    }),
    log: (line) => console.log(`${new Date().toISOString()}  ${line}`),
    signal: interrupted.signal,
  });
}
