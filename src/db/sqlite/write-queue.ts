import { setImmediate as endOfTurn, setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import type { WriteObserver } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { RunStatement, Statements } from '../statements.ts';
import type { Connection } from './driver.ts';
import { statementsOn } from './statements-on.ts';

export interface WriteQueueOptions {
  connection: Connection;
  run: RunStatement;
  clock: Clock;
  /** How many milliseconds an operation waits if another program has locked the database. */
  busyTimeoutMs: number;
  observer?: WriteObserver | undefined;
  /** Called before each transaction. */
  beforeBegin: () => void;
  /** Called before each commit, and before errors are returned. If it throws, all operations fail with its error. */
  beforeEnd: () => void;
  /** Called after a commit, before its operations return. */
  afterCommit: () => void;
  /** Called with each DatabaseError. */
  onFailure: (error: unknown) => void;
}

export interface WriteQueue {
  write<Result>(operation: (tx: Statements) => Promise<Result>): Promise<Result>;
  /** Waits until no operation is waiting or running. */
  idle(): Promise<void>;
}

/** A transaction takes no further operations after this time, so that the first ones do not wait long for its commit. */
const groupMs = 5;
/** An operation that runs longer than this is taken out of a transaction with other operations. */
const longestWithOthersMs = 50;
/** An operation that runs longer than this fails. */
const longestMs = 10_000;
const busyRetryMs = 20;

interface Queued {
  queuedAtMs: number;
  beganAtMs: number | undefined;
  /** Runs the operation. Returns a function that completes the promise of `write` after the commit. */
  run(tx: Statements): Promise<() => void>;
  fail(error: unknown): void;
}

/** An operation that has run in a transaction. It is answered when the transaction has ended. */
interface Ended {
  queued: Queued;
  /** Undefined if the operation failed with `error`. */
  complete?: () => void;
  error?: unknown;
}

/**
 * Runs operations one after the other and commits several at once, because each commit waits for the disk. Each operation
 * after the first one runs in a savepoint, so an error undoes only its own changes. An operation never waits for others to come: a
 * transaction ends with the turn of the event loop in which it began.
 */
export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  const { connection, run, clock, busyTimeoutMs, observer } = options;
  const waiting: Queued[] = [];
  let running: Promise<void> | undefined;

  const execute = (sql: string) => void run({ sql, parameters: [] });

  const begin = async ({ queuedAtMs }: Queued): Promise<void> => {
    const waitedMs = clock.steadyMs() - queuedAtMs;
    options.beforeBegin();
    // Take the write lock now, because a later lock fails if another process has written since the first read.
    for (let lockedMs = 0; ; lockedMs += busyRetryMs)
      try {
        execute('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        // The waiting time includes the time in the queue.
        if (!isBusy(error) || waitedMs + lockedMs >= busyTimeoutMs) throw error;
        await delay(busyRetryMs);
      }
  };

  const rollBack = (): void => {
    try {
      if (connection.inTransaction) execute('ROLLBACK');
    } catch {
      // The transaction must end, or no other could begin.
      if (connection.inTransaction) connection.exec('ROLLBACK');
    }
  };

  /** Undoes the changes since the savepoint. If that fails, undoes the whole transaction. */
  const undoToSavepoint = (): void => {
    // After some errors, SQLite has rolled back the whole transaction.
    if (!connection.inTransaction) return;
    try {
      connection.exec('ROLLBACK TO operation; RELEASE operation');
    } catch {
      rollBack();
    }
  };

  /**
   * Runs the first operation of a transaction, or an operation with others before it. Returns `undefined` if it was
   * taken out because it ran for too long. The first one needs no savepoint: to undo it, the transaction is rolled back.
   */
  const attempt = async (queued: Queued, withOthers: boolean): Promise<Ended | undefined> => {
    const undoOperation = withOthers ? undoToSavepoint : rollBack;
    let hasEnded = false;
    const tx = statementsOn((statement) => {
      if (hasEnded) throw new Error('The transaction of this operation has ended');
      return run(statement);
    });
    try {
      if (withOthers) execute('SAVEPOINT operation');
    } catch (error) {
      return { queued, error };
    }
    const limit = timeLimit(clock, withOthers ? longestWithOthersMs : longestMs);
    try {
      const complete = await Promise.race([queued.run(tx), limit.isOver]);
      if (complete === tooLong) {
        if (!withOthers) throw new Error(`The operation did not end within ${longestMs / 1_000} s`);
        undoOperation();
        return undefined;
      }
      if (withOthers) execute('RELEASE operation');
      return { queued, complete };
    } catch (error) {
      undoOperation();
      return { queued, error };
    } finally {
      hasEnded = true;
      limit.cancel();
    }
  };

  /** Runs operations in the open transaction. The first one can take long; the others are taken out if they do. */
  const runGroup = async (): Promise<Ended[]> => {
    const beganMs = clock.steadyMs();
    const group: Ended[] = [];
    let hasWaited = false;
    while (connection.inTransaction) {
      const [queued] = waiting;
      if (queued === undefined) {
        if (hasWaited) break;
        hasWaited = true;
        await endOfTurn();
        continue;
      }
      queued.beganAtMs ??= began(queued);
      const ended = await attempt(queued, group.length > 0);
      if (ended === undefined) break;
      waiting.shift();
      group.push(ended);
      if (clock.steadyMs() - beganMs >= groupMs) break;
    }
    return group;
  };

  /** Throws an error if the changes of the group are not committed. */
  const endTransaction = (group: readonly Ended[]): void => {
    try {
      options.beforeEnd();
      if (!connection.inTransaction)
        throw group.at(-1)?.error ?? new Error('The transaction was rolled back');
      if (group.every(({ complete }) => complete === undefined)) {
        rollBack();
        return;
      }
      execute('COMMIT');
    } catch (error) {
      rollBack();
      throw error;
    }
    options.afterCommit();
  };

  const commitGroup = async (): Promise<void> => {
    const group = await runGroup();
    // Answer all operations after the end of the transaction: even an error can be based on changes of other operations
    // of the group, which are lost if the commit fails.
    try {
      endTransaction(group);
    } catch (error) {
      for (const { queued } of group) fail(queued, error);
      return;
    }
    for (const { queued, complete, error } of group)
      if (complete === undefined) fail(queued, error);
      else complete();
  };

  const fail = (queued: Queued, error: unknown): void => {
    if (error instanceof DatabaseError) options.onFailure(error);
    queued.fail(error);
  };

  const began = (queued: Queued): number => {
    const nowMs = clock.steadyMs();
    observer?.writeBegan(nowMs - queued.queuedAtMs);
    return nowMs;
  };

  const runAll = async (): Promise<void> => {
    for (;;) {
      const [first] = waiting;
      if (first === undefined) {
        // Reset it here, and not later in `finally`: an operation that is added in between would not be run.
        running = undefined;
        return;
      }
      try {
        await begin(first);
      } catch (error) {
        waiting.shift();
        fail(first, error);
        continue;
      }
      await commitGroup();
      // Otherwise, a long queue would hold up all other requests: nothing else runs between synchronous statements.
      if (waiting.length > 0) await endOfTurn();
    }
  };

  return {
    write: (operation) =>
      new Promise((resolve, reject) => {
        const queuedAtMs = clock.steadyMs();
        observer?.writeQueued();
        const queued: Queued = {
          queuedAtMs,
          beganAtMs: undefined,
          async run(tx) {
            const result = await operation(tx);
            return () => {
              ended();
              resolve(result);
            };
          },
          fail(error) {
            ended();
            reject(error);
          },
        };
        const ended = () => {
          queued.beganAtMs ??= began(queued);
          observer?.writeEnded(clock.steadyMs() - queued.beganAtMs);
        };
        waiting.push(queued);
        running ??= runAll();
      }),
    async idle() {
      while (running !== undefined) await running;
    },
  };
}

const tooLong = Symbol('too long');

function timeLimit(clock: Clock, milliseconds: number): { isOver: Promise<typeof tooLong>; cancel(): void } {
  let cancel = () => {};
  const isOver = new Promise<typeof tooLong>((resolve) => {
    const timer = clock.setTimer(milliseconds, () => resolve(tooLong));
    cancel = () => timer.cancel();
  });
  return { isOver, cancel: () => cancel() };
}

function isBusy(error: unknown): boolean {
  return error instanceof DatabaseError && error.errorCode === 'DATABASE_BUSY';
}
