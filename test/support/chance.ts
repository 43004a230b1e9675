import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random choices that can be repeated: the same seed makes the same choices in the same order. */
export interface Chance {
  readonly seed: number;
  /** A whole number from 0 to `limit`, without `limit`. */
  below(limit: number): number;
  /** One of the values, each with the same probability. */
  pick<Item>(items: readonly Item[]): Item;
}

export function chance(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
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

/**
 * The seed in the environment variable `name`, to repeat a run that failed. Default: `usual`, or else a new seed for each
 * run.
 */
export function seedFrom(name: string, usual = 1 + Math.floor(Math.random() * (2 ** 31 - 1))): number {
  const given = process.env[name];
  if (given === undefined) return usual;
  if (!/^\d+$/.test(given)) throw new Error(`${name} is '${given}': give the number that a failure printed`);
  return Number(given);
}
