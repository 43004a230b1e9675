import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSample, percentage, roundedMinutes, summaryOf } from '../../src/shared/statistics.ts';

const sampleOf = (values: readonly number[]) => {
  const sample = createSample();
  for (const value of values) sample.add(value);
  return sample;
};

describe('a nearest-rank percentile', () => {
  it.each<[values: number[], percent: number, expected: number | null]>([
    [[], 50, null],
    [[7], 1, 7],
    [[7], 99, 7],
    [[10, 20], 50, 10],
    [[10, 20], 51, 20],
    // 90 % of three values are 2.7 values, so two are not enough.
    [[1, 2, 3], 90, 3],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, 9],
    [[3, 1, 2, 2, 2], 50, 2],
  ])('of %j at %d percent is %s', (values, percent, expected) => {
    expect(sampleOf(values).percentile(percent)).toBe(expected);
  });

  it('is the smallest value that is not exceeded by the given percentage of values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const found = sampleOf(values).percentile(percent);
          const reaches = (value: number) =>
            values.filter((other) => other <= value).length * 100 >= percent * values.length;
          expect(found).toBe(Math.min(...values.filter(reaches)));
        },
      ),
    );
  });
});

it('the median is the middle value, or the mean of the two middle values', () => {
  expect(sampleOf([]).median()).toBeNull();
  expect(sampleOf([3, 1, 2]).median()).toBe(2);
  expect(sampleOf([4, 1, 2, 10]).median()).toBe(3);
});

it('a summary has the values at the ranks that sorting gives, also with ties', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(3, 5_000),
      fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 2_000, size: 'max' }),
      (distinct, numbers) => {
        const values = numbers.map((number) => (number % distinct) / 1_000);
        const sorted = values.toSorted((one, other) => one - other);
        const atPercent = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1];
        const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
        const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
        const expected = {
          median: (lower + upper) / 2,
          p50: atPercent(50),
          p85: atPercent(85),
          p90: atPercent(90),
          p95: atPercent(95),
          p99: atPercent(99),
        };
        expect(summaryOf(sampleOf(values))).toEqual(expected);
        expect(summaryOf(createSample(Float64Array.from(values)))).toEqual(expected);
      },
    ),
  );
});

it('percentiles can be read in any order and again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 1, maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 10 }),
      (values, percents) => {
        const sample = sampleOf(values);
        const fresh = percents.map((percent) => sampleOf(values).percentile(percent));
        expect(percents.map((percent) => sample.percentile(percent))).toEqual(fresh);
      },
    ),
  );
});

it('values can be added after reading the sample', () => {
  const sample = sampleOf([5, 1]);
  expect(sample.median()).toBe(3);
  sample.add(0);
  expect([sample.size, sample.median(), sample.percentile(99)]).toEqual([3, 1, 5]);
});

it('a percentage has one decimal and is null for a total of 0', () => {
  expect([percentage(1, 3), percentage(2, 3), percentage(3, 3), percentage(0, 0)]).toEqual([
    33.3,
    66.7,
    100,
    null,
  ]);
  // Exactly halfway: rounded up.
  expect([percentage(201, 400), percentage(1, 16), percentage(1, 80)]).toEqual([50.3, 6.3, 1.3]);
});

it('minutes are rounded to a thousandth', () => {
  expect(roundedMinutes(0.1 + 0.2)).toBe(0.3);
});
