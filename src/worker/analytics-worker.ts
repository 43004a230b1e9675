import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../shared/clock.ts';
import { DatabaseError } from '../db/errors.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { QueryRequest, QueryReply, ThreadData } from './messages.ts';
import type { Answer, Parameters, QueryName } from './queries.ts';

/** An answer took longer than anybody is made to wait. The message says what to do. */
export class AnalyticsTimeoutError extends Error {
  override readonly name = 'AnalyticsTimeoutError';
}

/**
 * Answers what takes long, in a thread of its own, so that claims and events are not held up by it. Questions are
 * answered in turn, each from what is committed when its turn comes.
 */
export interface AnalyticsWorker {
  /** Throws QuestionTimeoutError, also for a question whose turn did not come in time, InvalidInputError, DatabaseFaultError. */
  run<Name extends QueryName>(name: Name, parameters: Parameters<Name>): Promise<Answer<Name>>;
  /** Gives up what is asked and ends the thread. */
  close(): Promise<void>;
}

export interface AnalyticsWorkerOptions extends Omit<ThreadData, 'aborted'> {
  clock: Clock;
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  /** Throws when what the thread reads would not be the database any more. */
  checkFileIdentity: () => void;
}

interface PendingQuery extends QueryRequest {
  answered(answer: never): void;
  failed(error: unknown): void;
  timer: Timer;
}

/** The thread is started with the first question, since many servers are never asked one. */
export function createAnalyticsWorker({
  clock,
  timeoutMs,
  checkFileIdentity,
  ...data
}: AnalyticsWorkerOptions): AnalyticsWorker {
  const aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const waiting: PendingQuery[] = [];
  let current: PendingQuery | undefined;
  let thread: Worker | undefined;
  let count = 0;
  let isClosed = false;

  const settle = (query: PendingQuery, how: (query: PendingQuery) => void) => {
    query.timer.cancel();
    how(query);
  };
  const begin = () => {
    if (current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return;
    const { id, name, parameters, now } = current;
    try {
      thread ??= start();
      thread.postMessage({ id, name, parameters, now } satisfies QueryRequest);
    } catch (error) {
      settle(current, ({ failed }) => failed(error));
      startNext();
    }
  };
  const startNext = () => {
    current = undefined;
    begin();
  };
  const start = () => {
    const started = startThread({ ...data, aborted });
    // Only the question knows the type of its answer.
    started.on('message', (reply: QueryReply<never>) => {
      if (current?.id !== reply.id) return;
      settle(current, ({ answered, failed }) => {
        if ('answer' in reply) answered(reply.answer);
        else failed(errorOf(reply));
      });
      startNext();
    });
    let cause: unknown = new Error('The thread that answers questions has ended');
    started.on('error', (error) => {
      cause = error;
    });
    // However a thread ends, it takes its question along; the next one starts another.
    started.on('exit', () => {
      thread = undefined;
      if (current !== undefined) settle(current, ({ failed }) => failed(cause));
      startNext();
    });
    return started;
  };
  const abort = (query: PendingQuery, error: Error) => {
    const place = waiting.indexOf(query);
    if (place >= 0) waiting.splice(place, 1);
    // What is being answered stays current until the thread has noticed.
    else Atomics.store(aborted, 0, query.id);
    settle(query, ({ failed }) => failed(error));
  };

  return {
    run: <Name extends QueryName>(name: Name, parameters: Parameters<Name>) =>
      new Promise<Answer<Name>>((answered, failed) => {
        if (isClosed) throw closed();
        checkFileIdentity();
        count += 1;
        const timer = clock.setTimer(timeoutMs, () => abort(query, tooLong(timeoutMs)), {
          unref: true,
        });
        const query: PendingQuery = {
          id: count,
          name,
          parameters,
          now: clock.now(),
          answered,
          failed,
          timer,
        };
        waiting.push(query);
        begin();
      }),
    async close() {
      isClosed = true;
      for (const query of [...waiting, ...(current === undefined ? [] : [current])]) abort(query, closed());
      await thread?.terminate();
    },
  };
}

/**
 * What the thread makes and forgets at once may take up this much, in megabytes. Left to itself, it would let far more
 * of that lie about, since it makes much of it; what it keeps is not limited by this.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/** Run from source, the thread has to learn to read TypeScript first: what this program was started with does not reach it. */
function startThread(workerData: ThreadData): Worker {
  if (import.meta.url.endsWith('.js'))
    return new Worker(new URL('analytics-thread.js', import.meta.url), { workerData, resourceLimits });
  const source = JSON.stringify(new URL('thread.ts', import.meta.url).href);
  const script = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(script, { eval: true, workerData, resourceLimits });
}

function errorOf(reply: Exclude<QueryReply, { answer: unknown }>): Error {
  if ('refused' in reply) return refusalOf(reply.refused);
  if ('databaseError' in reply)
    return new DatabaseError(reply.databaseError, { cause: new Error(reply.cause) });
  return faultOf(reply.error);
}

function refusalOf({ field, message, suggestion }: { field: string; message: string; suggestion: string }) {
  return new InvalidInputError(field, message, suggestion);
}

function faultOf({ message, stack }: { message: string; stack: string }): Error {
  const error = new Error(message);
  error.stack = stack;
  return error;
}

function tooLong(timeoutMs: number): AnalyticsTimeoutError {
  return new AnalyticsTimeoutError(
    `The answer took longer than ${timeoutMs / 1_000} s and was given up. Ask for less at once, with since, until, epicKey or featureKey, or try again when the server has less to do; ANALYTICS_TIMEOUT is the operator's setting for this`,
  );
}

function closed(): Error {
  return new Error('The server is stopping');
}
