import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A reproducible random stream: the same seed and name give the same values in the same order. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
  /** From `from` to `to`, both inclusive. */
  wholeNumber(from: number, to: number): number;
  happens(probability: number): boolean;
  /** Picks one item; all are equally likely. */
  pick<Item>(items: readonly Item[]): Item;
  /** `sigma` is the standard deviation of the natural logarithm. */
  logNormal(median: number, sigma: number): number;
}

/** Each task has a separate stream, so that tasks are independent of each other and of the order of simulation. */
export function randomStream(seed: number, name: string): Random {
  const digest = createHash('sha256').update(`${seed} ${name}`).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  const fraction = () => uniformFloat64(generator);
  return {
    fraction,
    wholeNumber: (from, to) => uniformInt(generator, from, to),
    happens: (probability) => fraction() < probability,
    pick(items) {
      const item = items[uniformInt(generator, 0, items.length - 1)];
      if (item === undefined) throw new Error('Cannot pick from an empty list');
      return item;
    },
    logNormal(median, sigma) {
      // Box-Muller transform. `1 - fraction()` is never 0, so the logarithm is finite.
      const normal = Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
      return median * Math.exp(sigma * normal);
    },
  };
}
