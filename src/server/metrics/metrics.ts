import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Transport = 'http' | 'websocket';

export interface MeasuredOperation {
  transport: Transport;
  kind: string;
  /** The root field, `several` or `unknown`. */
  operation: string;
  /** `ok`, the type of an expected error, or the code of an error. */
  outcome: string;
  durationMs: number;
}

export interface MeasuredRequest {
  /** A path that is served, or `other`. */
  route: string;
  method: string;
  status: number;
}

export interface SessionCounts {
  active: number;
  stale: number;
}

/**
 * The metrics of one server. The values of labels come from the schema and the code, never from clients: each new value
 * would add a time series.
 */
export interface Metrics {
  readonly contentType: string;
  /** All metrics in the Prometheus text format. Without `sessions`, the counts of sessions are left out. */
  exposition(sessions: SessionCounts | undefined): Promise<string>;
  operationAnswered(operation: MeasuredOperation): void;
  requestAnswered(request: MeasuredRequest): void;
  /** Returns a function to call at the end of the subscription. */
  subscriptionStarted(transport: Transport, operation: string): () => void;
  /** Returns a function to call when the socket is closed. */
  socketOpened(): () => void;
  /** Counts a stale event that was delivered to a subscriber `lateMs` after its `staleAt`. */
  stalePushed(lateMs: number): void;
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * The default metrics of prom-client, in one registry for all servers of the process. prom-client cannot stop measuring
 * the event loop and garbage collection, so a registry for each server would leak after `stop()`.
 */
const processRegistry = new Registry();
collectDefaultMetrics({ register: processRegistry });

/** Each server has its own registry, so several servers in one process are counted separately. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Counter({
    name: 'shark_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const operations = new Counter({
    name: 'shark_operations_total',
    help: 'Operations answered, and subscriptions started or rejected. operation is the root field. outcome is ok, the type of an expected error, or the code of an error.',
    labelNames: ['transport', 'kind', 'operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'shark_operation_duration_seconds',
    help: 'Duration of queries and mutations, and of the start of subscriptions.',
    labelNames: ['transport', 'kind', 'operation'],
    buckets: seconds,
    registers,
  });
  const subscribers = new Gauge({
    name: 'shark_subscribers',
    help: 'Active subscriptions.',
    labelNames: ['transport', 'operation'],
    registers,
  });
  const sockets = new Gauge({ name: 'shark_sockets', help: 'Open WebSockets.', registers });
  const active = new Gauge({ name: 'shark_sessions_active', help: 'Open sessions.', registers });
  const stale = new Gauge({
    name: 'shark_sessions_stale',
    help: 'Open sessions that are stale by STALE_AFTER or by stale_after of the workflow.',
    registers,
  });
  const pushes = new Histogram({
    name: 'shark_stale_push_seconds',
    help: 'Delay from staleAt to the delivery of the event, for each subscriber. Sessions that were stale before the subscription are left out.',
    buckets: seconds,
    registers,
  });
  const writes = new Gauge({
    name: 'shark_writer_queue',
    help: 'Database changes that run or wait.',
    registers,
  });
  const waits = new Histogram({
    name: 'shark_writer_wait_seconds',
    help: 'Time that database changes waited in the queue.',
    buckets: seconds,
    registers,
  });
  const transactions = new Histogram({
    name: 'shark_writer_transaction_seconds',
    help: 'Duration of database changes, without the wait in the queue.',
    buckets: seconds,
    registers,
  });

  return {
    contentType: registry.contentType,
    async exposition(sessions) {
      if (sessions === undefined) {
        active.remove();
        stale.remove();
      } else {
        active.set(sessions.active);
        stale.set(sessions.stale);
      }
      return `${await registry.metrics()}\n${await processRegistry.metrics()}`;
    },
    operationAnswered({ transport, kind, operation, outcome, durationMs }) {
      operations.inc({ transport, kind, operation, outcome });
      durations.observe({ transport, kind, operation }, durationMs / 1_000);
    },
    requestAnswered: ({ route, method, status }) => requests.inc({ route, method, status }),
    subscriptionStarted(transport, operation) {
      subscribers.inc({ transport, operation });
      return () => subscribers.dec({ transport, operation });
    },
    socketOpened() {
      sockets.inc();
      return () => sockets.dec();
    },
    stalePushed: (lateMs) => pushes.observe(lateMs / 1_000),
    writeQueued: () => writes.inc(),
    writeBegan: (waitedMs) => waits.observe(waitedMs / 1_000),
    writeEnded(tookMs) {
      writes.dec();
      transactions.observe(tookMs / 1_000);
    },
  };
}
