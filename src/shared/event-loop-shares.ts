/*
 * Shares the event loop out between clients. Statements and resolvers wait only for promises, which does not end a turn
 * of the event loop, so a long operation would keep the server from receiving and sending.
 *
 * A long operation asks `waitIfUsed` before each piece of work. When the work of this turn has taken `turnMs`, the
 * operation waits for a later turn. Of the waiting operations, each client continues in turn, and so does each
 * operation of a client. Of the parts of one operation, the newest continues first: it completes one list before it
 * reads the next one, and so holds less memory.
 */

/** The share of the event loop that one operation gets. */
export interface EventLoopShare {
  /**
   * Returns undefined if the operation can continue at once, or a promise that resolves in a later turn. Wait for it
   * before you do the next piece of work.
   */
  waitIfUsed(): Promise<void> | undefined;
  /**
   * Calls `work` in a turn of the operation, when no other part of it waits. Loaders use it to collect the values of the
   * whole operation for one statement.
   */
  runLast(work: () => void): void;
}

export interface EventLoopShares {
  /** Creates the share of one operation of this client. */
  shareOf(client: string): EventLoopShare;
}

export interface EventLoopSharesOptions {
  /** How long the work of one turn may take, in milliseconds. */
  turnMs: number;
  steadyMs: () => number;
}

export function createEventLoopShares({ turnMs, steadyMs }: EventLoopSharesOptions): EventLoopShares {
  const waiting = new Map<string, Share[]>();
  /** When the work of this turn began. Undefined if there was none yet. */
  let beganMs: number | undefined;

  const isUsed = () => {
    if (beganMs === undefined) {
      beganMs = steadyMs();
      setImmediate(startTurn);
    }
    return steadyMs() - beganMs >= turnMs;
  };
  const startTurn = () => {
    beganMs = undefined;
    continueNext();
  };
  const continueNext = () => {
    if (waiting.size === 0 || isUsed()) return;
    takeNext(waiting)?.continueNewest();
    afterPromises(continueNext);
  };
  return {
    shareOf: (client) =>
      new Share(isUsed, (share) => {
        const shares = waiting.get(client);
        if (shares === undefined) waiting.set(client, [share]);
        else if (!shares.includes(share)) shares.push(share);
      }),
  };
}

/** Returns the share that waits longest, of the client that waits longest. The client and the share then come last. */
function takeNext(waiting: Map<string, Share[]>): Share | undefined {
  for (const [client, [share, ...others]] of waiting) {
    waiting.delete(client);
    if (share === undefined) continue;
    const left = share.parts > 1 ? [...others, share] : others;
    if (left.length > 0) waiting.set(client, left);
    return share;
  }
  return undefined;
}

class Share implements EventLoopShare {
  readonly #isUsed: () => boolean;
  readonly #onWait: (share: Share) => void;
  readonly #waiting: (() => void)[] = [];
  readonly #last: (() => void)[] = [];
  #isScheduled = false;

  constructor(isUsed: () => boolean, onWait: (share: Share) => void) {
    this.#isUsed = isUsed;
    this.#onWait = onWait;
  }

  /** The number of parts of the operation that wait. */
  get parts(): number {
    return this.#waiting.length;
  }

  waitIfUsed(): Promise<void> | undefined {
    if (!this.#isUsed()) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#onWait(this);
    });
  }

  runLast(work: () => void): void {
    this.#last.push(work);
    this.#scheduleLast();
  }

  /** Lets the part continue that waits shortest. */
  continueNewest(): void {
    this.#waiting.pop()?.();
    this.#scheduleLast();
  }

  #scheduleLast(): void {
    if (this.#isScheduled || this.#last.length === 0) return;
    this.#isScheduled = true;
    afterPromises(() => {
      this.#isScheduled = false;
      if (this.#waiting.length > 0 || this.waitIfUsed() !== undefined) return;
      this.#last.shift()?.();
      this.#scheduleLast();
    });
  }
}

/** Calls `callback` in the same turn of the event loop, after all promises have called back. */
function afterPromises(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback));
}
