/*
 * Runs analytics queries in a thread, because SQLite's driver is synchronous: a query over a million rows would delay
 * every claim and event of the server.
 *
 * The thread runs one query at a time. A query is in one of these states:
 *
 * - waiting: in `waiting`, until it is first and the thread is free.
 * - running: in `running`, and sent to the thread.
 * - aborted while running: its promise is rejected, but it stays in `running` until the thread replies. The thread is
 *   busy until then: it notices the abort at its next check.
 *
 * A timer starts when the query is queued. When it fires, or when the worker closes, the query is aborted.
 * Each query reads what is committed when it starts to run.
 */
import { Worker } from 'node:worker_threads';
import { AnalyticsTimeoutError } from './analytics-timeout-error.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { DatabaseError } from '../db/errors.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { QueryReply, QueryRequest, ThreadData } from './messages.ts';
import type { QueryName, QueryParameters, QueryResult } from './queries.ts';

export interface AnalyticsWorker {
  /** Throws AnalyticsTimeoutError, InvalidInputError, DatabaseError. */
  run<Name extends QueryName>(name: Name, parameters: QueryParameters<Name>): Promise<QueryResult<Name>>;
  /** Aborts all analytics queries and ends the thread that runs them. */
  close(): Promise<void>;
}

export interface AnalyticsWorkerOptions extends Omit<ThreadData, 'aborted'> {
  clock: Clock;
  /** The maximum sum of the waiting time and the execution time of a query, in milliseconds. */
  timeoutMs: number;
  /** Throws DatabaseError if the open database file was replaced, moved or deleted. */
  checkFileIdentity: () => void;
  /** The JavaScript module that the thread runs. Default: the module that comes with this program. */
  thread?: URL | undefined;
}

interface QueuedQuery extends QueryRequest {
  resolve(result: never): void;
  reject(error: unknown): void;
  timer: Timer;
}

/** Creates a worker for analytics queries. Its thread starts with the first query. */
export function createAnalyticsWorker({
  clock,
  timeoutMs,
  checkFileIdentity,
  thread: module,
  ...data
}: AnalyticsWorkerOptions): AnalyticsWorker {
  const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const waiting: QueuedQuery[] = [];
  let running: QueuedQuery | undefined;
  let thread: Worker | undefined;
  let lastId = 0;
  let isClosed = false;

  const settle = (query: QueuedQuery, how: (query: QueuedQuery) => void) => {
    query.timer.cancel();
    how(query);
  };
  const runNext = () => {
    if (running !== undefined) return;
    running = waiting.shift();
    if (running === undefined) return;
    const { id, name, parameters, now } = running;
    try {
      thread ??= startThread();
      thread.postMessage({ id, name, parameters, now } satisfies QueryRequest);
    } catch (error) {
      settle(running, ({ reject }) => reject(error));
      finishRunning();
    }
  };
  const finishRunning = () => {
    running = undefined;
    runNext();
  };
  const startThread = () => {
    const started = createThread(module, { ...data, aborted });
    // If the ids match, the reply has the result type of the running query.
    started.on('message', (reply: QueryReply<never>) => {
      if (running?.id !== reply.id) return;
      settle(running, ({ resolve, reject }) => {
        if ('result' in reply) resolve(reply.result);
        else reject(errorOf(reply));
      });
      finishRunning();
    });
    let cause: unknown = new Error('The analytics thread ended unexpectedly');
    started.on('error', (error) => {
      cause = error;
    });
    // If the thread ends, the running query fails. The next query starts a new thread.
    started.on('exit', () => {
      thread = undefined;
      if (running !== undefined) settle(running, ({ reject }) => reject(cause));
      finishRunning();
    });
    return started;
  };
  const abort = (query: QueuedQuery, error: Error) => {
    const index = waiting.indexOf(query);
    if (index >= 0) waiting.splice(index, 1);
    else Atomics.store(aborted, 0, query.id);
    settle(query, ({ reject }) => reject(error));
  };

  return {
    run: <Name extends QueryName>(name: Name, parameters: QueryParameters<Name>) =>
      new Promise<QueryResult<Name>>((resolve, reject) => {
        if (isClosed) throw serverStopping();
        checkFileIdentity();
        lastId += 1;
        const timer = clock.setTimer(timeoutMs, () => abort(query, new AnalyticsTimeoutError(timeoutMs)), {
          unref: true,
        });
        const query: QueuedQuery = { id: lastId, name, parameters, now: clock.now(), resolve, reject, timer };
        waiting.push(query);
        runNext();
      }),
    async close() {
      isClosed = true;
      for (const query of [...waiting, ...(running === undefined ? [] : [running])])
        abort(query, serverStopping());
      await thread?.terminate();
    },
  };
}

/** The limit for short-lived objects, in megabytes. Without it, V8 would use much more memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/** Starts the thread. To run TypeScript source, the thread must first register `tsx`. */
function createThread(module: URL | undefined, workerData: ThreadData): Worker {
  const isBuilt = import.meta.url.endsWith('.js');
  const built = module ?? (isBuilt ? new URL('analytics-thread.js', import.meta.url) : undefined);
  if (built !== undefined) return new Worker(built, { workerData, resourceLimits });
  const source = JSON.stringify(new URL('thread.ts', import.meta.url).href);
  const script = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(script, { eval: true, workerData, resourceLimits });
}

function errorOf(reply: Exclude<QueryReply, { result: unknown }>): Error {
  if ('invalidInput' in reply) {
    const { field, message, suggestion } = reply.invalidInput;
    return new InvalidInputError(field, message, suggestion);
  }
  if ('databaseError' in reply)
    return new DatabaseError(reply.databaseError, { cause: new Error(reply.cause) });
  const error = new Error(reply.error.message);
  error.stack = reply.error.stack;
  return error;
}

function serverStopping(): Error {
  return new Error('The server is stopping');
}
