import { it } from 'vitest';
import { expectIndependentStatistics } from '../support/independent-comparison.ts';

it('analytics equal an independent computation on 1000 random data sets', () =>
  expectIndependentStatistics(1_000));
