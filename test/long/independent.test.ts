import { it } from 'vitest';
import { expectIndependentStatistics } from '../support/independent-comparison.ts';

it('equals an independent computation on 1000 random data sets', () => expectIndependentStatistics(1_000));
