/** Limits how many heavy operations run at the same time, for each client and in all. The others wait. */
export interface OperationSlots {
  /**
   * Waits until the operation may run. Call the returned function when it has ended. Throws a TOO_MANY_OPERATIONS error
   * if too many operations of the client already wait.
   */
  take(client: string): Promise<() => void>;
}

export interface SlotLimits {
  perClient: number;
  inAll: number;
  waitingPerClient: number;
}

/** `refuse` creates the error for a client with too many waiting operations. */
export function createOperationSlots(
  { perClient, inAll, waitingPerClient }: SlotLimits,
  refuse: () => Error,
): OperationSlots {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  let runningInAll = 0;

  const mayRun = (client: string) => runningInAll < inAll && (running.get(client) ?? 0) < perClient;
  const start = (client: string) => {
    runningInAll += 1;
    running.set(client, (running.get(client) ?? 0) + 1);
  };
  const end = (client: string) => {
    runningInAll -= 1;
    const left = (running.get(client) ?? 0) - 1;
    if (left > 0) running.set(client, left);
    else running.delete(client);
    startNext();
  };
  /** Starts the operation of the client that waits longest. The client then comes last. */
  const startNext = () => {
    for (const [client, [next, ...others]] of waiting) {
      if (!mayRun(client)) continue;
      waiting.delete(client);
      if (others.length > 0) waiting.set(client, others);
      next?.();
      return;
    }
  };
  return {
    async take(client) {
      if (!mayRun(client)) {
        const queue = waiting.get(client) ?? [];
        if (queue.length >= waitingPerClient) throw refuse();
        await new Promise<void>((resolve) => {
          waiting.set(client, [
            ...queue,
            () => {
              start(client);
              resolve();
            },
          ]);
        });
      } else start(client);
      let hasEnded = false;
      return () => {
        if (!hasEnded) end(client);
        hasEnded = true;
      };
    },
  };
}
