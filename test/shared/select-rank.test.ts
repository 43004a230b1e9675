import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectRank } from '../../src/shared/select-rank.ts';

/** Values with many ties, or with hardly any. */
const values = fc
  .tuple(fc.constantFrom(1, 10, 1_000_000), fc.integer({ min: 1, max: 3_000 }))
  .chain(([largest, size]) =>
    fc.array(fc.integer({ min: -largest, max: largest }), { minLength: size, maxLength: size, size: 'max' }),
  );

it('puts the value in its place, the smaller ones before it and the larger ones after it', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, part) => {
      const rank = Math.min(Math.floor(part * given.length), given.length - 1);
      const sorted = Float64Array.from(given).toSorted();
      const selected = Float64Array.from(given);
      selectRank(selected, rank, 0, selected.length - 1);

      expect(selected[rank]).toBe(sorted[rank]);
      expect(selected.subarray(0, rank).toSorted()).toEqual(sorted.subarray(0, rank));
      expect(selected.subarray(rank).toSorted()).toEqual(sorted.subarray(rank));
    }),
  );
});

it.each([
  ['ascending', (index: number) => index],
  ['descending', (index: number) => -index],
  ['equal', () => 7],
  ['ascending, then descending', (index: number) => Math.min(index, 10_000 - index)],
  ['of two kinds', (index: number) => index % 2],
])('finds every rank of values that are %s', (_name, valueOf) => {
  const given = Float64Array.from({ length: 10_000 }, (_, index) => valueOf(index));
  const sorted = given.toSorted();
  for (const rank of [0, 1, 4_999, 5_000, 8_500, 9_998, 9_999]) {
    const selected = given.slice();
    selectRank(selected, rank, 0, selected.length - 1);
    expect(selected[rank]).toBe(sorted[rank]);
  }
});

it('leaves the values outside the range as they are', () => {
  const selected = Float64Array.of(9, 5, 4, 3, 0);
  selectRank(selected, 1, 1, 3);
  expect([...selected]).toEqual([9, 3, expect.any(Number), expect.any(Number), 0]);
});
