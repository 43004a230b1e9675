import { expect, it } from 'vitest';
import { createOperationSlots } from '../../../src/server/operations/operation-slots.ts';

function slotsOf(limits: { perClient: number; inAll: number; waitingPerClient: number }) {
  const slots = createOperationSlots(limits, () => new Error('too many wait'));
  const started: string[] = [];
  const take = async (client: string, name = client) => {
    const end = await slots.take(client);
    started.push(name);
    return end;
  };
  return { take, started };
}

it('runs few operations of one client at a time', async () => {
  const { take, started } = slotsOf({ perClient: 2, inAll: 10, waitingPerClient: 10 });
  const [endFirst] = await Promise.all([take('a', '1'), take('a', '2')]);
  const third = take('a', '3');
  await take('b', 'other');
  expect(started).toEqual(['1', '2', 'other']);
  endFirst();
  await third;
  expect(started).toEqual(['1', '2', 'other', '3']);
});

it('ends an operation only once', async () => {
  const { take, started } = slotsOf({ perClient: 1, inAll: 10, waitingPerClient: 10 });
  const end = await take('a', '1');
  const waiting = [take('a', '2'), take('a', '3')];
  end();
  end();
  await waiting[0];
  await Promise.resolve();
  expect(started).toEqual(['1', '2']);
});

it('lets the waiting clients take turns when all slots are used', async () => {
  const { take, started } = slotsOf({ perClient: 5, inAll: 1, waitingPerClient: 10 });
  const end = await take('a', 'running');
  const waiting = ['a', 'a', 'a', 'b', 'c'].map(async (client) => (await take(client))());
  end();
  await Promise.all(waiting);
  expect(started).toEqual(['running', 'a', 'b', 'c', 'a', 'a']);
});

it('lets a client with a free slot pass one that has none', async () => {
  const { take, started } = slotsOf({ perClient: 1, inAll: 2, waitingPerClient: 10 });
  await take('a', 'a1');
  const endOther = await take('b', 'b1');
  void take('a', 'a2');
  const other = take('c', 'c1');
  endOther();
  await other;
  expect(started).toEqual(['a1', 'b1', 'c1']);
});

it('refuses an operation when too many of its client wait', async () => {
  const { take } = slotsOf({ perClient: 1, inAll: 1, waitingPerClient: 1 });
  const end = await take('a');
  const waiting = take('a');
  await expect(take('a')).rejects.toThrow('too many wait');
  const other = take('b');
  end();
  (await waiting)();
  (await other)();
  (await take('a'))();
});
