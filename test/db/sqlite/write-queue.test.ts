import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DatabaseError } from '../../../src/db/errors.ts';
import { databaseError } from '../../../src/db/sqlite/driver-errors.ts';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { preparedStatements } from '../../../src/db/sqlite/prepared-statements.ts';
import { createWriteQueue } from '../../../src/db/sqlite/write-queue.ts';
import type { Statements } from '../../../src/db/statements.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A write queue on a database in memory with a table of names, and a log of what it does. */
function openQueue({ onStatement = () => {} }: { onStatement?: (statement: string) => void } = {}) {
  const connection = openConnection(':memory:');
  onTestFinished(() => void connection.close());
  connection.exec('CREATE TABLE names (name TEXT PRIMARY KEY)');
  const clock = manualClock();
  const log: string[] = [];
  const failures: unknown[] = [];
  const observed = { queued: 0, began: 0, ended: 0 };
  const run = preparedStatements(connection);
  const queue = createWriteQueue({
    connection,
    run(statement) {
      log.push(statement.sql);
      try {
        onStatement(statement.sql);
        return run(statement);
      } catch (error) {
        throw databaseError(error) ?? error;
      }
    },
    clock,
    busyTimeoutMs: 100,
    observer: {
      writeQueued: () => void (observed.queued += 1),
      writeBegan: () => void (observed.began += 1),
      writeEnded: () => void (observed.ended += 1),
    },
    beforeBegin: () => {},
    beforeEnd: () => {},
    afterCommit: () => void log.push('announced'),
    onFailure: (error) => void failures.push(error),
  });
  return {
    ...queue,
    clock,
    log,
    failures,
    observed,
    /** Inserts a name and returns it. */
    insert: (name: string) => queue.write((tx) => inserted(tx, name)),
    names: () => connection.prepare('SELECT name FROM names ORDER BY rowid').pluck().all(),
    count: (statement: string) => log.filter((each) => each === statement).length,
  };
}

async function inserted(tx: Statements, name: string): Promise<string> {
  await sql`INSERT INTO names (name) VALUES (${name})`.execute(tx);
  return name;
}

/** An operation that inserts a name, then fails with the error. */
const failing = (name: string, error: Error) => async (tx: Statements) => {
  await inserted(tx, name);
  throw error;
};

const fulfilled = (value: unknown) => ({ status: 'fulfilled', value });
const rejected = (reason: unknown) => ({ status: 'rejected', reason });

/** A promise that the test resolves. */
function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('operations that wait', () => {
  it('share one transaction, and are answered after its commit was announced once', async () => {
    const { insert, log, names, observed } = openQueue();

    await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        await insert(name);
        log.push(`answered ${name}`);
      }),
    );

    const insertion = 'INSERT INTO names (name) VALUES (?)';
    const inSavepoint = ['SAVEPOINT operation', insertion, 'RELEASE operation'];
    expect(log).toEqual([
      'BEGIN IMMEDIATE',
      // If the first operation fails, there is nothing before it to keep.
      insertion,
      ...inSavepoint,
      ...inSavepoint,
      'COMMIT',
      'announced',
      'answered a',
      'answered b',
      'answered c',
    ]);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(observed).toEqual({ queued: 3, began: 3, ended: 3 });
  });

  it('see the changes of those before them', async () => {
    const { insert, write, count } = openQueue();
    const reads = write(async (tx) => {
      const { rows } = await sql<{ name: string }>`SELECT name FROM names`.execute(tx);
      return rows;
    });
    const [, afterwards] = await Promise.all([
      insert('a'),
      write(async (tx) => (await sql`SELECT name FROM names`.execute(tx)).rows),
    ]);
    expect(await reads).toEqual([]);
    expect(afterwards).toEqual([{ name: 'a' }]);
    expect(count('COMMIT')).toBe(1);
  });

  it('are committed in several transactions if they take long together', async () => {
    const { write, clock, count, names } = openQueue();
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        write(async (tx) => {
          clock.advance(3);
          return inserted(tx, name);
        }),
      ),
    );
    expect(count('COMMIT')).toBe(2);
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a single operation', () => {
  it('is committed with the turn of the event loop, without waiting for others', async () => {
    const { insert, clock, count } = openQueue();
    const answer = insert('a');
    // The callbacks of this turn and of the next one.
    await turn();
    await turn();
    expect(count('COMMIT')).toBe(1);
    expect(clock.pending).toEqual([]);
    expect(await answer).toBe('a');
  });

  it('that fails leaves nothing and no open transaction', async () => {
    const { write, insert, log, names } = openQueue();
    const error = new Error('refused');
    await expect(write(failing('a', error))).rejects.toBe(error);
    expect(log.slice(-1)).toEqual(['ROLLBACK']);
    expect(log).not.toContain('announced');
    await insert('b');
    expect(names()).toEqual(['b']);
  });

  it('is run whenever it comes, also while the queue is becoming idle', async () => {
    const { insert, names } = openQueue();
    for (let ticks = 0; ticks < 20; ticks += 1) {
      await insert(`before ${ticks}`);
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      await insert(`after ${ticks}`);
    }
    expect(names()).toHaveLength(40);
  });

  it('can no longer use its transaction after its end', async () => {
    const { write, names } = openQueue();
    const transactions: Statements[] = [];
    await write(async (tx) => transactions.push(tx));
    const refused = write(async (tx) => {
      transactions.push(tx);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(transactions).toHaveLength(2);
    for (const tx of transactions)
      await expect(inserted(tx, 'late')).rejects.toThrow('The transaction of this operation has ended');
    expect(names()).toEqual([]);
  });
});

describe('in a shared transaction', () => {
  it('an error, a timeout and an error of the database leave the work of others whole', async () => {
    const { write, insert, clock, log, names, failures, observed } = openQueue();
    const refusal = new Error('refused');
    const started = deferred();
    const startedAgain = deferred();
    const starts = [started, startedAgain];
    const answers = Promise.allSettled([
      insert('first'),
      write(failing('refused', refusal)),
      insert('first'),
      write(async (tx) => {
        await inserted(tx, 'endless');
        starts.shift()?.resolve();
        await new Promise(() => {});
      }),
      insert('last'),
    ]);

    await started.promise;
    clock.advance(50);
    await startedAgain.promise;
    expect(names()).toEqual(['first', 'endless']);
    clock.advance(10_000);

    expect(await answers).toMatchObject([
      fulfilled('first'),
      rejected(refusal),
      rejected({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }),
      rejected({ message: 'The operation did not end within 10 s' }),
      fulfilled('last'),
    ]);
    expect(names()).toEqual(['first', 'last']);
    expect(log.filter((statement) => /^(BEGIN|COMMIT|ROLLBACK|announced)/.test(statement))).toEqual([
      'BEGIN IMMEDIATE',
      'COMMIT',
      'announced',
      // The endless operation has a transaction of its own.
      'BEGIN IMMEDIATE',
      'ROLLBACK',
      'BEGIN IMMEDIATE',
      'COMMIT',
      'announced',
    ]);
    expect(failures).toEqual([]);
    expect(observed).toEqual({ queued: 5, began: 5, ended: 5 });
  });

  it('a fault at any statement of an operation leaves the others untouched', async () => {
    const operations = (queue: ReturnType<typeof openQueue>) =>
      Promise.allSettled([
        queue.insert('before'),
        queue.write(async (tx) => {
          await inserted(tx, 'one');
          await inserted(tx, 'two');
          return 'both';
        }),
        queue.insert('after'),
      ]);
    const undisturbed = openQueue();
    expect(await operations(undisturbed)).toEqual(['before', 'both', 'after'].map(fulfilled));
    const first = undisturbed.log.indexOf('SAVEPOINT operation');
    const last = undisturbed.log.indexOf('RELEASE operation');
    expect([first, last]).toEqual([2, 5]);

    for (let faulty = first; faulty <= last; faulty += 1) {
      let left = faulty;
      const fault = new DatabaseError('DATABASE_UNAVAILABLE');
      const queue = openQueue({
        onStatement() {
          if (left-- === 0) throw fault;
        },
      });
      expect(await operations(queue)).toEqual([fulfilled('before'), rejected(fault), fulfilled('after')]);
      expect(queue.names()).toEqual(['before', 'after']);
      expect(queue.count('COMMIT')).toBe(1);
      expect(queue.failures).toEqual([fault]);
    }
  });

  it('a fault at any statement of the first operation leaves those after it untouched', async () => {
    for (const faulty of [1, 2]) {
      let left = faulty;
      const fault = new DatabaseError('DATABASE_UNAVAILABLE');
      const queue = openQueue({
        onStatement() {
          if (left-- === 0) throw fault;
        },
      });
      const answers = await Promise.allSettled([
        queue.write(async (tx) => {
          await inserted(tx, 'one');
          await inserted(tx, 'two');
        }),
        queue.insert('after'),
        queue.insert('last'),
      ]);
      expect(answers).toEqual([rejected(fault), fulfilled('after'), fulfilled('last')]);
      expect(queue.names()).toEqual(['after', 'last']);
      expect([queue.count('ROLLBACK'), queue.count('COMMIT')]).toEqual([1, 1]);
      expect(queue.failures).toEqual([fault]);
    }
  });

  it('a failed commit acknowledges nothing and leaves nothing, and the next one succeeds', async () => {
    const fault = new DatabaseError('DATABASE_FULL');
    let fails = true;
    const { insert, write, names, log, failures } = openQueue({
      onStatement(statement) {
        if (statement === 'COMMIT' && fails) throw fault;
      },
    });
    // The third operation was refused because of a change that is lost.
    const answers = await Promise.allSettled([insert('a'), insert('b'), insert('a')]);

    expect(answers).toEqual([rejected(fault), rejected(fault), rejected(fault)]);
    expect(names()).toEqual([]);
    expect(log).not.toContain('announced');
    expect(failures).toContain(fault);
    fails = false;
    await write(async (tx) => inserted(tx, 'a'));
    expect(names()).toEqual(['a']);
  });

  it('all operations fail if SQLite rolls back the transaction', async () => {
    const { insert, write, names, log } = openQueue();
    const answers = await Promise.allSettled([
      insert('a'),
      write((tx) => sql`INSERT OR ROLLBACK INTO names (name) VALUES ('a')`.execute(tx)),
      insert('b'),
    ]);

    const reason = { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' };
    expect(answers).toMatchObject([rejected(reason), rejected(reason), fulfilled('b')]);
    expect(names()).toEqual(['b']);
    expect(log.filter((each) => each === 'announced')).toHaveLength(1);
  });

  it('all operations fail if the changes of one cannot be undone', async () => {
    const { insert, write, names } = openQueue();
    const error = new Error('refused');
    const answers = await Promise.allSettled([
      insert('a'),
      write(async (tx) => {
        await inserted(tx, 'half');
        // Without the savepoint, only the whole transaction can be rolled back.
        await sql`RELEASE operation`.execute(tx);
        throw error;
      }),
      insert('b'),
    ]);

    expect(answers).toEqual([rejected(error), rejected(error), fulfilled('b')]);
    expect(names()).toEqual(['b']);
  });
});

it('a slow operation is taken out of a shared transaction, and then runs on its own and succeeds', async () => {
  const { insert, write, clock, count, names } = openQueue();
  const runs = [
    { started: deferred(), goesOn: deferred() },
    { started: deferred(), goesOn: deferred() },
  ];
  const outcomes: Promise<string>[] = [];
  let number = 0;
  const quick = insert('quick');
  const slow = write((tx) => {
    const current = runs[number];
    number += 1;
    const outcome = (async () => {
      await inserted(tx, `begun ${number}`);
      current?.started.resolve();
      await current?.goesOn.promise;
      return inserted(tx, 'slow');
    })();
    outcomes.push(outcome);
    return outcome;
  });
  const next = insert('next');

  await runs[0]?.started.promise;
  clock.advance(49);
  await turn();
  expect(count('COMMIT')).toBe(0);
  clock.advance(1);
  expect(await quick).toBe('quick');
  expect(names()).not.toContain('begun 1');

  // It continues with its first run, which can no longer change anything.
  await runs[1]?.started.promise;
  runs[0]?.goesOn.resolve();
  await expect(outcomes[0]).rejects.toThrow('The transaction of this operation has ended');
  expect(count('COMMIT')).toBe(1);

  // On its own, it can take longer.
  clock.advance(1_000);
  runs[1]?.goesOn.resolve();
  expect(await slow).toBe('slow');
  expect(await next).toBe('next');
  expect(names()).toEqual(['quick', 'begun 2', 'slow', 'next']);
  expect(number).toBe(2);
});

it('waits until all operations have ended', async () => {
  const { insert, idle, names } = openQueue();
  await idle();
  const answers = ['a', 'b'].map(insert);
  await idle();
  expect(names()).toEqual(['a', 'b']);
  await Promise.all(answers);
});
