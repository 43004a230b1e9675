import type { Clock, Timer } from '../../shared/clock.ts';

/*
 * Lets any number of subscribers share one poll of the database. Polling runs only while there are listeners.
 */

export interface CoalescedPollOptions {
  /** Reads what is new in the database. Two calls never run at the same time. */
  poll: () => Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Polls the database on request, one poll at a time. */
export interface CoalescedPoll {
  /** Starts a poll. If a poll is already running, one more poll runs after it. */
  request(): void;
  /** Ends polling permanently, but lets a running poll complete. */
  stop(): void;
}

const retryAfterMs = 1_000;

/**
 * Creates an object that polls on request. After a failed poll, it calls `onError` and polls again within one second.
 */
export function createCoalescedPoll({ poll, clock, onError }: CoalescedPollOptions): CoalescedPoll {
  let isRequested = false;
  let isRunning = false;
  let isStopped = false;
  let retry: Timer | undefined;

  const run = async () => {
    isRunning = true;
    while (isRequested && !isStopped) {
      isRequested = false;
      retry?.cancel();
      try {
        await poll();
      } catch (error) {
        onError(error);
        if (!isStopped) retry = clock.setTimer(retryAfterMs, request);
      }
    }
    isRunning = false;
  };

  const request = () => {
    isRequested = true;
    if (!isRunning) void run();
  };

  return {
    request,
    stop() {
      isStopped = true;
      retry?.cancel();
    },
  };
}

export interface Listeners {
  /** Adds a listener. Returns a function that removes the listener. */
  listen(wake: () => void): () => void;
  wakeAll(): void;
  /** Removes all listeners. */
  clear(): void;
}

/**
 * Creates a set of listeners. Calls `start` when the first listener is added. When the last listener is removed, calls
 * the function that `start` returned.
 */
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
      // Each listener needs its own function, because a Set would store the same `wake` only once.
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
