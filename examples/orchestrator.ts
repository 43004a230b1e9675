/**
 * A starting point for your own orchestrator. It subscribes to stale sessions, abandons each one and assigns its task
 * to another agent. Start a server, then run the orchestrator. If your agents send heartbeats, set SILENT_FOR: an agent
 * that sends heartbeats then keeps its task. Otherwise, set STALE_AFTER. Stop the orchestrator with Ctrl+C:
 *
 *   SHARK_URL=http://127.0.0.1:4000/graphql SILENT_FOR=10m npx tsx examples/orchestrator.ts
 *
 * To adapt it, choose the next agent in `agentFor` and launch it in `startAgent`.
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
  /** A token with the role `orchestrator`, for a server with tokens enabled. */
  token?: string | undefined;
  /**
   * A session is stale after this time, for example `90m`. Default: with `silentFor`, not checked. Without it, the setting
   * of the server.
   */
  staleAfter?: string | undefined;
  /** A session is stale after this time without a heartbeat, for example `10m`. Default: not checked. */
  silentFor?: string | undefined;
  /** Chooses the next agent. `queue` is the status that the task waits in, with the agent types that work there. */
  agentFor: (stale: SessionPartsFragment, queue: NextPhasePartsFragment) => Agent | Promise<Agent>;
  /** Launches the next agent. It must pass this session id when it finishes or rejects the task. */
  startAgent?: (agent: Agent, taskKey: string, sessionId: string) => void;
  log: (line: string) => void;
  signal: AbortSignal;
  /** The delay before the first retry, in milliseconds. It doubles with each retry, up to 30 s. Default: 500. */
  firstRetryDelayMs?: number | undefined;
}

const longestRetryDelayMs = 30_000;

/** A session is skipped after this number of server errors in one step. */
const maxServerErrors = 5;

/** The server failed repeatedly for one session. */
class SessionSkippedError extends Error {
  override readonly name = 'SessionSkippedError';
}

/** Runs until the signal is aborted. Throws errors that a retry cannot fix, such as an invalid threshold. */
export async function runOrchestrator(options: OrchestratorOptions): Promise<void> {
  const { url, token, staleAfter, silentFor, log, signal } = options;
  const client = createClient({ url, token });
  // The cursor of the last event that was fully handled. After a reconnect the server continues after this cursor, so
  // no event is lost. Without a cursor it first sends all sessions that are already stale.
  let handledCursor: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const events = client.subscribe(
      SessionTurnedStaleDocument,
      () => ({ staleAfter, silentFor, after: handledCursor }),
      {
        signal,
        onConnected: () => log(`connected to ${url}`),
        onLost: (reason) => log(`no connection (${reason}), reconnecting`),
      },
    );
    try {
      for await (const { sessionTurnedStale } of events) {
        const { cursor, session } = sessionTurnedStale;
        // The connection broke while this event was handled, so the server sent it again.
        if (cursor === handledCursor) continue;
        log(`${session.task.key}  ${await reassign(client, session, options).catch(skippedMessage)}`);
        handledCursor = cursor;
        attempt = 0;
      }
      return;
    } catch (error) {
      await waitBeforeRetry(error, attempt, options);
    }
  }
}

/** Returns the message of a skipped session, so that the next sessions are still handled. Rethrows other errors. */
function skippedMessage(error: unknown): string {
  if (error instanceof SessionSkippedError) return error.message;
  throw error;
}

/** Returns the result as text. Each step is safe to repeat, because a response can be lost. */
async function reassign(
  client: Client,
  stale: SessionPartsFragment,
  options: OrchestratorOptions,
): Promise<string> {
  const taskKey = stale.task.key;
  // Abandons by session id, so it cannot end a newer session of the same task. A repeated call returns the same result.
  const { abandonSession: abandoned } = await withRetries(options, () =>
    client.send(AbandonSessionDocument, { input: { sessionId: stale.id, reason: 'stale session' } }),
  );
  if (abandoned.__typename === 'SessionNotActiveError')
    return `the session of ${stale.agentId} has already ended: nothing to do`;
  if (abandoned.__typename !== 'AbandonSessionPayload') return abandoned.message;
  const { task, nextPhase } = abandoned;
  // If an earlier attempt got this far, another agent may have claimed the task since. (If the orchestrator stops at
  // this point, the task waits in its queue like any other task.)
  if (nextPhase?.status !== task.status) return `abandoned by ${stale.agentId}, now in ${task.status}`;

  const agent = await options.agentFor(stale, nextPhase);
  const { agentId, agentType } = agent;
  // With an idempotency key, a repeated claim returns the first result. Without it, the task would already be claimed.
  const idempotencyKey = randomUUID();
  const { claimTask: claimed } = await withRetries(options, () =>
    client.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType, idempotencyKey } }),
  );
  if (claimed.__typename === 'TaskAlreadyClaimedError')
    return `abandoned by ${stale.agentId}, claimed by ${claimed.activeSession.agentId} before ${agentId}`;
  if (claimed.__typename !== 'ClaimTaskPayload') return claimed.message;

  if (claimed.session !== null) options.startAgent?.(agent, taskKey, claimed.session.id);
  return `reassigned from ${stale.agentId} to ${agentId}`;
}

/** Sends a request until the server responds. Throws SessionSkippedError after repeated server errors. */
async function withRetries<Result>(
  options: OrchestratorOptions,
  send: () => Promise<Result>,
): Promise<Result> {
  let serverErrors = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (isServerError(error)) serverErrors += 1;
      if (serverErrors === maxServerErrors)
        throw new SessionSkippedError(
          `skipped after ${maxServerErrors} server errors; if the session is still open, it is sent again at the next start`,
          { cause: error },
        );
      await waitBeforeRetry(error, attempt, options);
      if (options.signal.aborted) throw error;
    }
  }
}

/** Waits after a temporary error: the server is unreachable, busy, stopping or failing. Rethrows other errors. */
async function waitBeforeRetry(
  thrown: unknown,
  attempt: number,
  { log, signal, firstRetryDelayMs = 500 }: OrchestratorOptions,
): Promise<void> {
  if (signal.aborted) return;
  const isTemporary =
    thrown instanceof UnreachableError || isServerError(thrown) || hasCode(thrown, /BUSY|SERVER_STOPPING/);
  if (!isTemporary) throw thrown;
  log(`${thrown instanceof Error ? thrown.message : String(thrown)} Trying again.`);
  const longest = Math.min(firstRetryDelayMs * 2 ** (attempt - 1), longestRetryDelayMs);
  // A random delay, so that several orchestrators do not retry at the same time.
  await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}

const isServerError = (error: unknown) => hasCode(error, /INTERNAL/);

function hasCode(error: unknown, expected: RegExp): boolean {
  return error instanceof AnswerError && error.codes.some((code) => expected.test(code));
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
