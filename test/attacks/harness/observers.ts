import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import { inTime } from '../../support/received.ts';
import { subprotocol } from '../../support/socket.ts';
import { type AttackedServer, processorWaitOf, tokens } from './attacked-server.ts';

/** What the observers wait for: the answers of queries and claims, and the pushes of stale events. */
export type Observed = 'query' | 'claim' | 'stale push';

/**
 * Clients that use the server normally. They start their requests at fixed times, whether or not earlier requests were
 * answered. So a server that stops for a second delays many requests, as it does with many clients.
 */
export interface Observers extends AsyncDisposable {
  /**
   * How long each answer or event took that was due in this period, in milliseconds, shortest first. What has not
   * arrived yet counts with the time that it has taken so far.
   */
  delays(observed: Observed, fromMs: number, toMs?: number): number[];
  /** The errors that these clients got, and how often. A normal client must not get any. */
  readonly errors: ReadonlyMap<string, number>;
  /**
   * How long the server and this process have waited for a processor since the last call, in milliseconds. On a busy
   * machine, this can add to the delays.
   */
  processorWaitMs(): number;
  /** The highest resident memory of the server since the last call, in bytes. */
  peakBytes(): number;
  /** The number of open WebSockets and subscriptions of the server. Undefined without an answer within a second. */
  connections(): Promise<number | undefined>;
}

const queryEveryMs = 20;
const claimEveryMs = 100;
const memoryEveryMs = 20;

const claim = `mutation { claimNextTask(input: { agentId: "claimer" }) {
  __typename ... on ClaimNextTaskPayload { session { id } } } }`;

const subscription = 'subscription { sessionTurnedStale(staleAfter: "1h") { staleAt } }';

/** Starts the observers and waits until the subscription is active. */
export async function startObservers(server: AttackedServer): Promise<Observers> {
  const errors = new Map<string, number>();
  const onError = (message: string) => errors.set(message, (errors.get(message) ?? 0) + 1);

  const client = createClient(server.url);
  const queries = repeatedly(
    queryEveryMs,
    async () => {
      const answer = await client.post(tokens.reader, '{ __typename }');
      if (answer !== '{"data":{"__typename":"Query"}}') throw new Error(answer);
    },
    onError,
  );
  const claims = repeatedly(
    claimEveryMs,
    async () => {
      const answer = await client.post(tokens.claimer, claim);
      if (!answer.includes('"session":{"id"')) throw new Error(answer);
    },
    onError,
  );
  const pushes = await subscribe(server, onError);

  const waited = () => server.processorWaitMs() + processorWaitOf(process.pid);
  let waitedBefore = waited();
  let peakBytes = 0;
  const memory = setInterval(() => {
    peakBytes = Math.max(peakBytes, server.residentBytes());
  }, memoryEveryMs);

  const delaysOf: Record<Observed, (fromMs: number, toMs: number) => number[]> = {
    query: queries.delays,
    claim: claims.delays,
    'stale push': pushes.delays,
  };
  return {
    delays: (observed, fromMs, toMs = Date.now()) =>
      delaysOf[observed](fromMs, toMs).toSorted((one, other) => one - other),
    errors,
    processorWaitMs() {
      const before = waitedBefore;
      waitedBefore = waited();
      return Math.max(0, waitedBefore - before);
    },
    peakBytes() {
      const peak = Math.max(peakBytes, server.residentBytes());
      peakBytes = 0;
      return peak;
    },
    async connections() {
      const exposition = await client.get(tokens.monitor, '/metrics').catch(() => undefined);
      if (exposition === undefined) return undefined;
      const samples = exposition.matchAll(/^shark_(?:sockets|subscribers)(?:\{.*\})? (\d+)$/gm);
      return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    async [Symbol.asyncDispose]() {
      queries.stop();
      claims.stop();
      clearInterval(memory);
      client.close();
      await pushes.stop();
    },
  };
}

/** Starts `work` at fixed intervals and records how long each repetition takes. */
function repeatedly(everyMs: number, work: () => Promise<void>, onError: (message: string) => void) {
  const runs: { startedMs: number; tookMs?: number }[] = [];
  let isStopped = false;
  const timer = setInterval(() => {
    const run: (typeof runs)[number] = { startedMs: Date.now() };
    const started = performance.now();
    runs.push(run);
    work()
      .catch((error: unknown) => {
        if (!isStopped) onError(error instanceof Error ? error.message.slice(0, 200) : String(error));
      })
      .finally(() => {
        run.tookMs = performance.now() - started;
      });
  }, everyMs);
  return {
    delays: (fromMs: number, toMs: number) =>
      runs
        .filter(({ startedMs }) => startedMs >= fromMs && startedMs < toMs)
        .map(({ startedMs, tookMs }) => tookMs ?? Date.now() - startedMs),
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

async function subscribe({ url, staleTimes }: AttackedServer, onError: (message: string) => void) {
  const socket = new WebSocket(url.replace('http', 'ws'), subprotocol);
  const arrivals = new Map<number, number>();
  let isStopped = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', (code, reason) => {
      if (!isStopped) onError(`The socket of the subscriber was closed: ${code} ${reason.toString()}`);
      resolve();
    });
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () =>
    send({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.subscriber}` } }),
  );
  const first = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      const [, staleAt] = /"staleAt":"([^"]+)"/.exec(text) ?? [];
      if (staleAt !== undefined) {
        arrivals.set(Date.parse(staleAt), Date.now());
        resolve();
      } else if (text.includes('"connection_ack"'))
        send({ id: '1', type: 'subscribe', payload: { query: subscription } });
      else onError(text.slice(0, 200));
    });
  });
  await inTime('the first session becomes stale', first);
  return {
    delays: (fromMs: number, toMs: number) =>
      staleTimes
        .filter((dueMs) => dueMs >= fromMs && dueMs < toMs)
        // A session becomes stale within its millisecond.
        .map((dueMs) => Math.max(0, (arrivals.get(dueMs) ?? Date.now()) - dueMs)),
    async stop() {
      isStopped = true;
      socket.terminate();
      await closed;
    },
  };
}

function createClient(url: string) {
  // Keeps few idle connections, so that the number of open connections says what the attacker left behind.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  const ask = (token: string, path: string, body?: string, timeout?: number) =>
    new Promise<string>((resolve, reject) => {
      const asked = request(
        new URL(path, url),
        {
          agent,
          timeout,
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve(text));
          response.on('error', reject);
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`No answer within ${timeout} ms`)));
      asked.on('error', reject);
      asked.end(body);
    });
  return {
    post: (token: string, query: string) => ask(token, url, JSON.stringify({ query })),
    get: (token: string, path: string) => ask(token, path, undefined, 1_000),
    close: () => agent.destroy(),
  };
}
