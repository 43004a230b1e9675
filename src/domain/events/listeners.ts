export interface Listeners {
  /** Returns a function that removes the listener. */
  listen(wake: () => void): () => void;
  wakeAll(): void;
  /** Removes all listeners. */
  clear(): void;
}

/** `start` runs when the first listener is added; the function it returns runs when the last one is removed. */
export function createListeners(start: () => () => void): Listeners {
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;

  const stopIfUnused = () => {
    if (listeners.size > 0) return;
    stop?.();
    stop = undefined;
  };

  return {
    listen(wake) {
      // A new function for each call, because the same `wake` may be added twice.
      const listener = () => wake();
      listeners.add(listener);
      stop ??= start();
      return () => {
        listeners.delete(listener);
        stopIfUnused();
      };
    },
    wakeAll() {
      for (const listener of [...listeners]) listener();
    },
    clear() {
      listeners.clear();
      stopIfUnused();
    },
  };
}
