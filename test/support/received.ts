/** What came in and has not been read yet, so that nothing is missed between two looks. */
export interface Received<Item> {
  add(item: Item): void;
  /** Waits for the next item, until the deadline; then fails and tells what came in instead. */
  next(): Promise<Item>;
  /** All that came in and has not been read. */
  readonly unread: readonly Item[];
}

const deadlineMs = 5_000;

/** `of` names the source in the message of a deadline that passes. */
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

/** Waits until the condition holds; fails with `what` was waited for when it does not come true in time. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** What `promise` resolves with, unless the deadline passes first. */
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
