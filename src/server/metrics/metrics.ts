import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Transport = 'http' | 'websocket';

export interface MeasuredOperation {
  transport: Transport;
  kind: string;
  /** The root field of the operation, `several` for more than one, or `unknown`. */
  operation: string;
  /** The result of the operation: `ok`, the type name of an expected error, or the code of an error. */
  outcome: string;
  durationMs: number;
}

export interface MeasuredRequest {
  /** The path of the request, or `other` if the server does not serve the path. */
  route: string;
  method: string;
  status: number;
}

export interface SessionCounts {
  active: number;
  stale: number;
}

/** The metrics of one server. Clients must not choose label values, because each new value adds a time series. */
export interface Metrics {
  readonly contentType: string;
  /**
   * Returns all metrics in the Prometheus text format. Without `sessions`, the numbers of open and stale sessions are
   * missing.
   */
  exposition(sessions: SessionCounts | undefined): Promise<string>;
  operationAnswered(operation: MeasuredOperation): void;
  requestAnswered(request: MeasuredRequest): void;
  /** Counts a new subscription. Call the returned function when the subscription ends. */
  subscriptionStarted(transport: Transport, operation: string): () => void;
  /** Counts a new WebSocket. Call the returned function when the WebSocket is closed. */
  socketOpened(): () => void;
  /** Records that a subscriber got an event `lateMs` milliseconds after its session became stale. */
  stalePushed(lateMs: number): void;
  /** Counts an operation, connection or answer that exceeded a limit. `setting` is the name of the limit's setting. */
  limitExceeded(setting: string): void;
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of the process. All servers in the process share them, because prom-client cannot stop a measurement. */
const processRegistry = new Registry();
collectDefaultMetrics({ register: processRegistry });

/** Creates the metrics of one server in a separate registry. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Counter({
    name: 'shark_http_requests_total',
    help: 'The number of answered HTTP requests.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const operations = new Counter({
    name: 'shark_operations_total',
    help: 'The number of answered operations. A subscription counts when it has started or was rejected. The label `operation` is the root field. The label `outcome` is `ok`, the type name of an expected error, or an error code.',
    labelNames: ['transport', 'kind', 'operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'shark_operation_duration_seconds',
    help: 'The duration of queries and mutations, and the time until a subscription has started.',
    labelNames: ['transport', 'kind', 'operation'],
    buckets: seconds,
    registers,
  });
  const subscribers = new Gauge({
    name: 'shark_subscribers',
    help: 'The number of active subscriptions.',
    labelNames: ['transport', 'operation'],
    registers,
  });
  const sockets = new Gauge({ name: 'shark_sockets', help: 'The number of open WebSockets.', registers });
  const active = new Gauge({
    name: 'shark_sessions_active',
    help: 'The number of open sessions.',
    registers,
  });
  const stale = new Gauge({
    name: 'shark_sessions_stale',
    help: 'The number of sessions that have been open for too long. The limit is stale_after in the workflow file, or the setting STALE_AFTER.',
    registers,
  });
  const pushes = new Histogram({
    name: 'shark_stale_push_seconds',
    help: 'The time from when a session becomes stale until a subscriber gets the event. Sessions that were stale before the subscription are not measured.',
    buckets: seconds,
    registers,
  });
  const exceeded = new Counter({
    name: 'shark_limit_exceeded_total',
    help: 'How often a client exceeded a limit. The label `setting` is the name of the setting that defines the limit.',
    labelNames: ['setting'],
    registers,
  });
  const writes = new Gauge({
    name: 'shark_writer_queue',
    help: 'The number of running and queued writes to the database.',
    registers,
  });
  const waits = new Histogram({
    name: 'shark_writer_wait_seconds',
    help: 'The time that a write to the database waited in the queue.',
    buckets: seconds,
    registers,
  });
  const transactions = new Histogram({
    name: 'shark_writer_transaction_seconds',
    help: 'The duration of a write to the database, without the time in the queue.',
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
    limitExceeded: (setting) => exceeded.inc({ setting }),
    writeQueued: () => writes.inc(),
    writeBegan: (waitedMs) => waits.observe(waitedMs / 1_000),
    writeEnded(tookMs) {
      writes.dec();
      transactions.observe(tookMs / 1_000);
    },
  };
}
