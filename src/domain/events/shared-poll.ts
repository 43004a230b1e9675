import type { Clock, Timer } from '../../shared/clock.ts';

/*
 * Lets any number of subscribers share one poll of the database. Requests for a poll are coalesced, and polling runs
 * only while there are listeners.
 */

export interface CoalescedPollOptions {
  /** Reads what is new. Is not called again while a call is running. */
  poll: () => Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Polls on request, one poll at a time. */
export interface CoalescedPoll {
  /** Starts a poll. While one runs, all requests together cause exactly one more poll after it. */
  request(): void;
  /** Ends polling for good. A poll that is running completes. */
  stop(): void;
}

const retryAfterMs = 1_000;

/** A failed poll is reported and repeated after one second, or earlier if it is requested. */
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
      // Wrap each `wake` in a new function, because a Set stores the same function only once.
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
