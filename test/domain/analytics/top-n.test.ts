import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTopN } from '../../../src/domain/analytics/top-n.ts';

it('topN returns the first n items of the sorted list', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), fc.nat({ max: 8 }), (scores, n) => {
      const topN = createTopN<{ index: number; score: number }>(n);
      const all = scores.map((score, index) => ({ index, score }));
      for (const item of all) topN.add(item, item.score);
      expect(topN.list()).toEqual(all.toSorted((one, other) => other.score - one.score).slice(0, n));
    }),
  );
});
