import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEventLoopShares, type EventLoopShare } from '../../src/shared/event-loop-shares.ts';

/** Shares of an event loop in which each piece of work takes 4 of the 10 milliseconds of a turn. */
function sharesWithClock() {
  let nowMs = 0;
  const shares = createEventLoopShares({ turnMs: 10, steadyMs: () => nowMs });
  const done: string[] = [];
  const work = async (name: string, share: EventLoopShare) => {
    const turn = share.waitIfUsed();
    if (turn !== undefined) await turn;
    nowMs += 4;
    done.push(name);
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { shares, done, work, pass };
}

it('lets work continue at once until the turn is used up, and the rest in later turns', async () => {
  const { shares, done, work } = sharesWithClock();
  const share = shares.shareOf('client');
  const all = Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => work(name, share)));
  const afterEachTurn = [done.length];
  while (done.length < 7) {
    await nextTurn();
    afterEachTurn.push(done.length);
  }
  await all;
  expect(afterEachTurn).toEqual([3, 6, 7]);
});

it('continues with the client that has used less time, however many parts another client has', async () => {
  const { shares, done, work } = sharesWithClock();
  const greedy = [shares.shareOf('greedy'), shares.shareOf('greedy')];
  const modest = shares.shareOf('modest');
  await Promise.all([
    ...Array.from({ length: 40 }, (_, number) => work('greedy', greedy[number % 2] ?? modest)),
    ...Array.from({ length: 3 }, () => work('modest', modest)),
  ]);
  // The first three pieces need not wait.
  expect(done.slice(3, 6)).toEqual(['modest', 'modest', 'modest']);
  expect(done).toHaveLength(43);
});

it('counts the work before a question for the operation that asks, also if another one began in between', async () => {
  const { shares, done, work, pass } = sharesWithClock();
  const greedy = shares.shareOf('greedy');
  expect(greedy.waitIfUsed()).toBeUndefined();
  pass(3);
  expect(shares.waitIfUsed('modest')).toBeUndefined();
  // The small operation has ended, and another part of the large one works.
  pass(9);
  await Promise.all([work('greedy', greedy), work('modest', shares.shareOf('modest'))]);
  expect(done).toEqual(['modest', 'greedy']);
});

it('counts no work for a client that waits', async () => {
  const { shares, done, work, pass } = sharesWithClock();
  const greedy = shares.shareOf('greedy');
  expect(greedy.waitIfUsed()).toBeUndefined();
  pass(12);
  const waiting = [work('modest', shares.shareOf('modest'))];
  pass(100);
  await Promise.all([...waiting, work('greedy', greedy)]);
  expect(done).toEqual(['modest', 'greedy']);
});

it('counts the rest of a turn for the client that asked last', async () => {
  const { shares, done, work, pass } = sharesWithClock();
  expect(shares.shareOf('modest').waitIfUsed()).toBeUndefined();
  pass(1);
  expect(shares.shareOf('greedy').waitIfUsed()).toBeUndefined();
  pass(8);
  await nextTurn();
  expect(shares.shareOf('other').waitIfUsed()).toBeUndefined();
  pass(12);
  await Promise.all(['greedy', 'modest'].map((client) => work(client, shares.shareOf(client))));
  expect(done).toEqual(['modest', 'greedy']);
});

it('gives each operation of a client its turn', async () => {
  const { shares, done, work } = sharesWithClock();
  const [long, short] = [shares.shareOf('client'), shares.shareOf('client')];
  await Promise.all([
    ...Array.from({ length: 20 }, () => work('long', long)),
    ...Array.from({ length: 2 }, () => work('short', short)),
  ]);
  expect(done.slice(3, 7)).toEqual(['long', 'short', 'long', 'short']);
});

it('continues with the newest part of an operation, so that few lists are incomplete at a time', async () => {
  const { shares, done, work } = sharesWithClock();
  const share = shares.shareOf('client');
  await Promise.all(['used 1', 'used 2', 'used 3', 'old', 'new'].map((name) => work(name, share)));
  expect(done.slice(3)).toEqual(['new', 'old']);
});

it('does the last work of an operation when no part of it waits', async () => {
  const { shares, done, work } = sharesWithClock();
  const share = shares.shareOf('client');
  const parts = Promise.all(['1', '2', '3', '4', '5', '6'].map((name) => work(name, share)));
  const last = new Promise<void>((resolve) => {
    share.runLast(() => {
      done.push('last');
      resolve();
    });
  });
  await Promise.all([parts, last]);
  expect(done.at(-1)).toBe('last');
});

it('does the last pieces of work one after the other, each after the promises of the one before', async () => {
  const { shares, done } = sharesWithClock();
  const share = shares.shareOf('client');
  const settled = async (name: string) => {
    await Promise.resolve();
    await Promise.resolve();
    done.push(`${name} has settled`);
  };
  await new Promise<void>((resolve) => {
    for (const name of ['first', 'second'])
      share.runLast(() => {
        void settled(name);
        done.push(name);
        if (name === 'second') resolve();
      });
  });
  expect(done.slice(0, 3)).toEqual(['first', 'first has settled', 'second']);
});
