/*
 * Shares the event loop out between clients. Statements and resolvers wait only for promises, which does not end a turn
 * of the event loop, so a long operation would keep the server from receiving and sending.
 *
 * An operation asks `waitIfUsed` before each piece of work. When the work of this turn has taken `turnMs`, the operation
 * waits for a later turn. Of the waiting clients, the one continues first that has used the least time lately. Of its
 * operations, each continues in turn. Of the parts of one operation, the newest continues first: it completes one list
 * before it reads the next one, and so holds less memory.
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
  /** Waits as a share of this client does, without creating one if it need not wait. */
  waitIfUsed(client: string): Promise<void> | undefined;
}

export interface EventLoopSharesOptions {
  /** How long the work of one turn may take, in milliseconds. */
  turnMs: number;
  steadyMs: () => number;
}

export function createEventLoopShares({ turnMs, steadyMs }: EventLoopSharesOptions): EventLoopShares {
  const waiting = new Map<string, Share[]>();
  const used = createUsedTimes();
  /** When the work of this turn began. Undefined if there was none yet. */
  let beganMs: number | undefined;
  /** The number of this turn. */
  let turn = 0;
  /** When an operation last asked whether it has to wait. */
  let askedMs = 0;
  /** The client of that operation. Undefined if the operation has to wait. */
  let askedBy: string | undefined;

  /** Counts the time since the last question for a client. */
  const countWork = (client: string | undefined, nowMs: number) => {
    if (client !== undefined) used.add(client, nowMs - askedMs, nowMs);
    askedMs = nowMs;
  };
  /**
   * Whether an operation of a client has to wait. If the operation has worked in this turn, the time since the last
   * question was its work. Otherwise, that time was the work of the operation that asked last.
   */
  const isUsed = (client: string, nowMs: number, hasWorked = false) => {
    if (beganMs === undefined) {
      beganMs = nowMs;
      askedMs = nowMs;
      // The event loop does not idle before this callback, so the time until then is work.
      setImmediate(startTurn);
    }
    countWork(hasWorked ? client : askedBy, nowMs);
    const isEnded = nowMs - beganMs >= turnMs;
    askedBy = isEnded ? undefined : client;
    return isEnded;
  };
  const startTurn = () => {
    countWork(askedBy, steadyMs());
    askedBy = undefined;
    beganMs = undefined;
    turn += 1;
    continueNext();
  };
  const continueNext = () => {
    if (waiting.size === 0) return;
    const nowMs = steadyMs();
    const client = used.least(waiting.keys(), nowMs);
    if (isUsed(client, nowMs)) return;
    takeNext(waiting, client)?.continueNewest(turn);
    afterPromises(continueNext);
  };
  const shareOf = (client: string) =>
    new Share(
      (lastTurn) => (isUsed(client, steadyMs(), lastTurn === turn) ? undefined : turn),
      (share) => {
        const shares = waiting.get(client);
        if (shares === undefined) waiting.set(client, [share]);
        else if (!shares.includes(share)) shares.push(share);
      },
    );
  return {
    shareOf,
    waitIfUsed: (client) => (isUsed(client, steadyMs()) ? shareOf(client).waitIfUsed() : undefined),
  };
}

/** Returns the share of the client that waits longest. The client and the share then come last. */
function takeNext(waiting: Map<string, Share[]>, client: string): Share | undefined {
  const [share, ...others] = waiting.get(client) ?? [];
  waiting.delete(client);
  if (share === undefined) return undefined;
  const left = share.parts > 1 ? [...others, share] : others;
  if (left.length > 0) waiting.set(client, left);
  return share;
}

/** How long the server remembers the time that a client used, in milliseconds. */
const rememberedMs = 1_000;

/** Adds up the time that each client uses in a second. */
function createUsedTimes() {
  let times = new Map<string, number>();
  let beganMs = 0;
  const forget = (nowMs: number) => {
    if (nowMs - beganMs < rememberedMs) return;
    times = new Map();
    beganMs = nowMs;
  };
  return {
    add(client: string, ms: number, nowMs: number) {
      forget(nowMs);
      times.set(client, (times.get(client) ?? 0) + ms);
    },
    /** Returns the client that has used the least time. Of several, returns the first. */
    least(clients: Iterable<string>, nowMs: number): string {
      forget(nowMs);
      let least = '';
      let leastMs = Number.POSITIVE_INFINITY;
      for (const client of clients) {
        const ms = times.get(client) ?? 0;
        if (ms >= leastMs) continue;
        least = client;
        leastMs = ms;
      }
      return least;
    },
  };
}

class Share implements EventLoopShare {
  /** Returns the number of the turn in which the operation can work, or undefined if it has to wait. */
  readonly #turnFor: (lastTurn: number | undefined) => number | undefined;
  readonly #onWait: (share: Share) => void;
  readonly #waiting: (() => void)[] = [];
  readonly #last: (() => void)[] = [];
  #isScheduled = false;
  /** The turn in which the operation has worked last. */
  #lastTurn: number | undefined;

  constructor(turnFor: (lastTurn: number | undefined) => number | undefined, onWait: (share: Share) => void) {
    this.#turnFor = turnFor;
    this.#onWait = onWait;
  }

  /** The number of parts of the operation that wait. */
  get parts(): number {
    return this.#waiting.length;
  }

  waitIfUsed(): Promise<void> | undefined {
    const turn = this.#turnFor(this.#lastTurn);
    if (turn !== undefined) {
      this.#lastTurn = turn;
      return undefined;
    }
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
  continueNewest(turn: number): void {
    this.#lastTurn = turn;
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
