import { describe, expect, it } from 'vitest';
import { createCoalescedPoll, createListeners } from '../../../src/domain/events/shared-poll.ts';
import { manualClock } from '../../support/manual-clock.ts';

const seconds = 1_000;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A poll that the test ends by hand. */
function controlledPoll() {
  const clock = manualClock();
  const errors: unknown[] = [];
  const ends: { succeed: () => void; fail: (error: Error) => void }[] = [];
  const count = { started: 0, running: 0, mostAtOnce: 0 };
  const poll = createCoalescedPoll({
    clock,
    onError: (error) => errors.push(error),
    async poll() {
      count.started += 1;
      count.running += 1;
      count.mostAtOnce = Math.max(count.mostAtOnce, count.running);
      try {
        await new Promise<void>((resolve, reject) => {
          ends.push({ succeed: resolve, fail: reject });
        });
      } finally {
        count.running -= 1;
      }
    },
  });
  return {
    clock,
    errors,
    count,
    poll,
    async succeed() {
      ends.shift()?.succeed();
      await settled();
    },
    async fail(message: string) {
      ends.shift()?.fail(new Error(message));
      await settled();
    },
  };
}

describe('a coalesced poll', () => {
  it('does not run before it is requested, and runs once for one request', async () => {
    const { poll, count, succeed, clock } = controlledPoll();
    expect(count.started).toBe(0);
    poll.request();
    expect(count.started).toBe(1);
    await succeed();
    expect(count.started).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('runs exactly once more for all requests during a run, and never twice at once', async () => {
    const { poll, count, succeed } = controlledPoll();
    for (let request = 0; request < 5; request += 1) poll.request();
    expect(count.started).toBe(1);
    await succeed();
    expect(count.started).toBe(2);
    await succeed();
    expect(count).toEqual({ started: 2, running: 0, mostAtOnce: 1 });
  });

  it('runs again for a request after a run', async () => {
    const { poll, count, succeed } = controlledPoll();
    poll.request();
    await succeed();
    poll.request();
    await succeed();
    expect(count.started).toBe(2);
  });

  it('reports an error and runs again after a second', async () => {
    const { poll, count, fail, succeed, errors, clock } = controlledPoll();
    poll.request();
    await fail('disk I/O error');
    expect(errors).toEqual([new Error('disk I/O error')]);
    expect(clock.pending).toEqual([1 * seconds]);

    clock.advance(1 * seconds - 1);
    expect(count.started).toBe(1);
    clock.advance(1);
    expect(count.started).toBe(2);
    await succeed();
    expect(clock.pending).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  it('does not retry if another request has already caused a run', async () => {
    const { poll, count, fail, succeed, clock } = controlledPoll();
    poll.request();
    await fail('disk I/O error');
    poll.request();
    await succeed();
    expect(count.started).toBe(2);
    expect(clock.pending).toEqual([]);
  });

  it('runs at once after an error when it was requested during the run', async () => {
    const { poll, count, fail, succeed, clock } = controlledPoll();
    poll.request();
    poll.request();
    await fail('disk I/O error');
    expect(count.started).toBe(2);
    await succeed();
    expect(clock.pending).toEqual([]);
  });

  it('does not run again once it is stopped, whether it is running, requested or waiting to retry', async () => {
    const running = controlledPoll();
    running.poll.request();
    running.poll.request();
    running.poll.stop();
    await running.succeed();
    running.poll.request();
    expect(running.count.started).toBe(1);

    const failing = controlledPoll();
    failing.poll.request();
    failing.poll.stop();
    await failing.fail('disk I/O error');
    expect(failing.errors).toHaveLength(1);
    expect(failing.clock.pending).toEqual([]);

    const waiting = controlledPoll();
    waiting.poll.request();
    await waiting.fail('disk I/O error');
    waiting.poll.stop();
    expect(waiting.clock.pending).toEqual([]);
  });
});

function countedListeners() {
  const count = { starts: 0, stops: 0, wakes: 0 };
  const listeners = createListeners(() => {
    count.starts += 1;
    return () => {
      count.stops += 1;
    };
  });
  const wake = () => {
    count.wakes += 1;
  };
  return { count, listeners, wake };
}

it('listeners start with the first listener and stop with the last one', () => {
  const { count, listeners, wake } = countedListeners();
  const unlisten = [listeners.listen(wake), listeners.listen(wake)];
  expect(count).toEqual({ starts: 1, stops: 0, wakes: 0 });
  listeners.wakeAll();
  expect(count.wakes, 'the same function was added twice').toBe(2);

  unlisten[0]?.();
  unlisten[0]?.();
  expect(count.stops).toBe(0);
  listeners.wakeAll();
  expect(count.wakes).toBe(3);
  unlisten[1]?.();
  expect(count).toEqual({ starts: 1, stops: 1, wakes: 3 });

  listeners.listen(wake);
  expect(count.starts).toBe(2);
});

it('listeners stop once when all of them are removed', () => {
  const { count, listeners, wake } = countedListeners();
  const unlisten = listeners.listen(wake);
  listeners.clear();
  unlisten();
  listeners.clear();
  listeners.wakeAll();
  expect(count).toEqual({ starts: 1, stops: 1, wakes: 0 });
});

it('listeners can be removed during a notification', () => {
  const { listeners, wake, count } = countedListeners();
  const unlisten = listeners.listen(() => unlisten());
  listeners.listen(wake);
  listeners.wakeAll();
  expect(count.wakes).toBe(1);
});
