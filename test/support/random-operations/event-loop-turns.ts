import { PerformanceObserver } from 'node:perf_hooks';
import type { ThreadTime } from './thread-time.ts';

/** A turn of the event loop: what ran between two checks for new input. Times are in milliseconds. */
export interface Turn {
  /** The processor time of the thread. Time in which other threads or programs had the processor is not included. */
  processorMs: number;
  /** How much of it was garbage collection, at most. */
  collectionMs: number;
}

export interface EventLoopTurns extends Disposable {
  /** Measures the longest turn during `work`, and the processor time of the thread. */
  during<Result>(
    work: () => Promise<Result>,
  ): Promise<{ result: Result; longest: Turn; processorMs: number }>;
}

/** Measures turns of the event loop of this thread. `time` is the processor time of the thread. */
export function measureTurns(time: ThreadTime): EventLoopTurns {
  const collections: { startTime: number; duration: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) collections.push({ startTime, duration });
  });
  observer.observe({ entryTypes: ['gc'] });

  let atEnd: NodeJS.Immediate | undefined;
  let began = { processor: 0, wall: 0 };
  let longest = { processor: 0, from: 0, to: 0 };
  const endTurn = () => {
    const now = { processor: time.read(), wall: performance.now() };
    const processor = now.processor - began.processor;
    if (processor > longest.processor) longest = { processor, from: began.wall, to: now.wall };
    began = now;
    // Does not keep the event loop turning while the operation waits for the analytics thread.
    atEnd = setImmediate(endTurn).unref();
  };
  const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

  return {
    async during(work) {
      await nextTurn();
      collections.length = 0;
      began = { processor: time.read(), wall: performance.now() };
      longest = { processor: 0, from: 0, to: 0 };
      const start = began.processor;
      atEnd = setImmediate(endTurn).unref();
      const result = await work();
      clearImmediate(atEnd);
      endTurn();
      clearImmediate(atEnd);
      const end = began.processor;
      if (longest.processor > 20e6) {
        await nextTurn();
        await nextTurn();
      }
      const collectionMs = collections
        .filter(({ startTime, duration }) => startTime >= longest.from && startTime + duration <= longest.to)
        .reduce((sum, { duration }) => sum + duration, 0);
      return {
        result,
        longest: { processorMs: longest.processor / 1e6, collectionMs },
        processorMs: (end - start) / 1e6,
      };
    },
    [Symbol.dispose]: () => observer.disconnect(),
  };
}
