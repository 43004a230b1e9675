/** A queue of received items, so that none is missed between two calls. */
export interface Received<Item> {
  add(item: Item): void;
  /** Waits for the next item. Fails after the deadline. */
  next(): Promise<Item>;
  /** All items that were received and not read yet. */
  readonly unread: readonly Item[];
}

const deadlineMs = 5_000;

/** `of` names the source in the message of a timeout. */
export function received<Item>(of: string): Received<Item> {
  const all: Item[] = [];
  let read = 0;
  let onItem: (() => void) | undefined;
  return {
    add(item) {
      all.push(item);
      onItem?.();
    },
    get unread() {
      return all.slice(read);
    },
    async next() {
      if (read === all.length)
        await within(deadlineMs, `${of}: nothing came, after ${JSON.stringify(all, null, 2)}`, (resolve) => {
          onItem = resolve;
        });
      const item = all[read];
      if (item === undefined) throw new Error(`${of}: two readers wait at once`);
      read += 1;
      return item;
    },
  };
}

/** Waits until the condition is true. After the deadline it fails with `what` in the message. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Returns the result of `promise`, or fails after the deadline. */
export async function inTime<Result>(what: string, promise: Promise<Result>): Promise<Result> {
  await within(deadlineMs, `Waited in vain until ${what}`, (resolve, reject) => {
    promise.then(() => resolve(), reject);
  });
  return promise;
}

function within(
  milliseconds: number,
  message: string,
  start: (resolve: () => void, reject: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(message)), milliseconds);
    start(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
