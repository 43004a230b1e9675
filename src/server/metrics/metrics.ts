import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Transport = 'http' | 'websocket';

export interface MeasuredOperation {
  transport: Transport;
  kind: string;
  /** What was asked for, by a name of the schema's: names that clients choose are without number. */
  operation: string;
  /** What became of it: a code of the server's. */
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
 * The numbers of one server, in Prometheus' format. They are handed in as things happen. Whatever stands in a label is
 * one of a few words of the server's own.
 */
export interface Metrics {
  readonly contentType: string;
  /** All numbers as text. What could not be counted is left out. */
  exposition(sessions: SessionCounts | undefined): Promise<string>;
  operationAnswered(operation: MeasuredOperation): void;
  requestAnswered(request: MeasuredRequest): void;
  /** Returns what is called at the end. */
  subscriptionBegan(transport: Transport, operation: string): () => void;
  /** Returns what is called at the end. */
  socketOpened(): () => void;
  /** An event was handed to a subscriber so long after the session had turned stale. */
  stalePushed(lateMs: number): void;
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Memory, processor, event loop and garbage collection of the process, one registry for all servers in it: prom-client
 * cannot stop what it starts to measure these, so a registry for each server would go on measuring after its end.
 */
const processRegistry = new Registry();
collectDefaultMetrics({ register: processRegistry });

/** Each server has its own registry, so several in one process do not share their numbers. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Counter({
    name: 'shark_http_requests_total',
    help: 'Requests that were answered over HTTP.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const operations = new Counter({
    name: 'shark_operations_total',
    help: 'Operations that were answered, and subscriptions that were begun or refused; operation is the root field, outcome is ok, the name of a refusal or the code of an error.',
    labelNames: ['transport', 'kind', 'operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'shark_operation_duration_seconds',
    help: 'How long operations took until their answer, and subscriptions until they had begun.',
    labelNames: ['transport', 'kind', 'operation'],
    buckets: seconds,
    registers,
  });
  const subscribers = new Gauge({
    name: 'shark_subscribers',
    help: 'Subscriptions that are served.',
    labelNames: ['transport', 'operation'],
    registers,
  });
  const sockets = new Gauge({ name: 'shark_sockets', help: 'Open WebSockets.', registers });
  const active = new Gauge({ name: 'shark_sessions_active', help: 'Open sessions.', registers });
  const stale = new Gauge({
    name: 'shark_sessions_stale',
    help: 'Open sessions that are stale by the threshold of the server and of the workflow.',
    registers,
  });
  const pushes = new Histogram({
    name: 'shark_stale_push_seconds',
    help: 'From staleAt until the event is handed to a subscriber, for each one; without what was stale when it subscribed.',
    buckets: seconds,
    registers,
  });
  const writes = new Gauge({
    name: 'shark_writer_queue',
    help: 'Changes of the database that are under way or wait for their turn.',
    registers,
  });
  const waits = new Histogram({
    name: 'shark_writer_wait_seconds',
    help: 'How long changes of the database waited for their turn.',
    buckets: seconds,
    registers,
  });
  const transactions = new Histogram({
    name: 'shark_writer_transaction_seconds',
    help: 'How long changes of the database took once it was their turn.',
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
    subscriptionBegan(transport, operation) {
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
