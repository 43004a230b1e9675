import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentage } from '../../../src/shared/statistics.ts';
import { expectIndependentStatistics } from '../../support/independent-comparison.ts';
import { oneDecimal } from '../../support/independent-statistics.ts';

it('analytics equal an independent computation on 200 random data sets', () =>
  expectIndependentStatistics(200));

it('rates are rounded like in an independent computation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }), (part, rest) => {
      expect(percentage(part, part + rest)).toBe(oneDecimal(part, part + rest));
    }),
  );
});
