import { expect, it } from 'vitest';
import { createListeners } from '../../../src/domain/events/listeners.ts';

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

it('starts with the first listener and stops with the last one', () => {
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

it('stops once when all listeners are removed', () => {
  const { count, listeners, wake } = countedListeners();
  const unlisten = listeners.listen(wake);
  listeners.clear();
  unlisten();
  listeners.clear();
  listeners.wakeAll();
  expect(count).toEqual({ starts: 1, stops: 1, wakes: 0 });
});

it('may lose listeners while it wakes them', () => {
  const { listeners, wake, count } = countedListeners();
  const unlisten = listeners.listen(() => unlisten());
  listeners.listen(wake);
  listeners.wakeAll();
  expect(count.wakes).toBe(1);
});
