import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLongest } from '../../../src/domain/analytics/longest.ts';

it('the longest of many are those that a list of all, sorted, begins with', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), fc.nat({ max: 8 }), (lengths, atMost) => {
      const longest = createLongest<{ place: number; length: number }>(atMost);
      const all = lengths.map((length, place) => ({ place, length }));
      for (const item of all) longest.add(item, item.length);
      expect(longest.list()).toEqual(
        all.toSorted((one, other) => other.length - one.length).slice(0, atMost),
      );
    }),
  );
});
