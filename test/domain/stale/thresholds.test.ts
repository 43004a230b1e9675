import { describe, expect, it } from 'vitest';
import { type Threshold, thresholdsOf, nameOfThreshold } from '../../../src/domain/stale/thresholds.ts';

const standard = {
  staleAfterMs: 4,
  staleAfterMsByStatus: new Map([
    ['in_review', 2],
    ['in_qa', 9],
    ['in_approval', 2],
    ['in_development', 4],
  ]),
};

describe('the lines that somebody watches', () => {
  it('are one for the age where a threshold is given, whatever the workflow says', () => {
    expect(thresholdsOf({ staleAfterMs: 7, silentForMs: undefined }, standard)).toEqual([
      { reason: 'AGE', thresholdMs: 7, statuses: { except: [] } },
    ]);
  });

  it('are one for each threshold of the workflow where none is given', () => {
    expect(thresholdsOf({ staleAfterMs: undefined, silentForMs: undefined }, standard)).toEqual([
      { reason: 'AGE', thresholdMs: 4, statuses: { except: ['in_review', 'in_qa', 'in_approval'] } },
      { reason: 'AGE', thresholdMs: 2, statuses: { only: ['in_review', 'in_approval'] } },
      { reason: 'AGE', thresholdMs: 9, statuses: { only: ['in_qa'] } },
    ]);
  });

  it('have silence beside age', () => {
    expect(thresholdsOf({ staleAfterMs: 7, silentForMs: 3 }, standard)).toEqual([
      { reason: 'AGE', thresholdMs: 7, statuses: { except: [] } },
      { reason: 'SILENCE', thresholdMs: 3, statuses: { except: [] } },
    ]);
  });
});

describe('the name of a line', () => {
  const threshold: Threshold = { reason: 'AGE', thresholdMs: 4, statuses: { only: ['in_qa', 'in_review'] } };

  it('is the same in whatever order the statuses stand', () => {
    expect(nameOfThreshold({ ...threshold, statuses: { only: ['in_review', 'in_qa'] } })).toBe(
      nameOfThreshold(threshold),
    );
    expect(nameOfThreshold(threshold)).toBe('AGE-4-379072a7');
  });

  it('is another one as soon as anything differs', () => {
    const others: Threshold[] = [
      threshold,
      { ...threshold, reason: 'SILENCE' },
      { ...threshold, thresholdMs: 5 },
      { ...threshold, statuses: { only: ['in_qa'] } },
      { ...threshold, statuses: { except: ['in_qa', 'in_review'] } },
      { ...threshold, statuses: { except: [] } },
    ];
    expect(new Set(others.map(nameOfThreshold)).size).toBe(others.length);
  });
});
