import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that can be repeated: a stream of the same seed and name makes the same choices in the same order. */
export interface Random {
  /** From 0 up to, and without, 1. */
  fraction(): number;
  /** From the one up to the other, both included. */
  wholeNumber(from: number, to: number): number;
  happens(probability: number): boolean;
  /** One of them, each as likely as another. */
  pick<Item>(items: readonly Item[]): Item;
  /** Half of the values lie below the median. Sigma is the standard deviation of their natural logarithms. */
  logNormal(median: number, sigma: number): number;
}

/**
 * Each task draws from a stream of its own, so that what happens to one does not depend on the others, nor on the
 * order in which they are looked at.
 */
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
      if (item === undefined) throw new Error('There is nothing to pick from');
      return item;
    },
    logNormal(median, sigma) {
      // Box and Muller; without the 1, the logarithm of 0 would come up one day.
      const normal = Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
      return median * Math.exp(sigma * normal);
    },
  };
}
