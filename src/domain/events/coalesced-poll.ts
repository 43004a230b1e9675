import type { Clock, Timer } from '../../shared/clock.ts';

export interface CoalescedPollOptions {
  /** Must not be called twice at the same time: one poll ends before the next begins. */
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
