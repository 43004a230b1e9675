/** Chance that can be repeated: the same seed makes the same choices in the same order. */
export interface Chance {
  readonly seed: number;
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  /** One of them, each as likely as another. */
  pick<Item>(items: readonly Item[]): Item;
}

export function chance(seed: number): Chance {
  // Xorshift, which stays at 0 for ever once it is there.
  let state = seed | 0 || 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return {
    seed,
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from');
      return item;
    },
  };
}

/** The seed that the environment gives under this name, for the repetition of a run that failed; else `usual`, or a new one. */
export function seedFrom(name: string, usual = 1 + Math.floor(Math.random() * (2 ** 31 - 1))): number {
  const given = process.env[name];
  if (given === undefined) return usual;
  if (!/^\d+$/.test(given)) throw new Error(`${name} is '${given}': give the number that a failure printed`);
  return Number(given);
}
