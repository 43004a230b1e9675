import { describe, expect, it } from 'vitest';
import { type Threshold, thresholdsOf, nameOfThreshold } from '../../../src/domain/stale/thresholds.ts';

const defaults = {
  staleAfterMs: 4,
  staleAfterMsByStatus: new Map([
    ['in_review', 2],
    ['in_qa', 9],
    ['in_approval', 2],
    ['in_development', 4],
  ]),
};

describe('the thresholds of a subscriber', () => {
  it('contain one age for all statuses if the subscriber sets it', () => {
    expect(thresholdsOf({ staleAfterMs: 7, silentForMs: undefined }, defaults)).toEqual([
      { reason: 'AGE', thresholdMs: 7, statuses: { except: [] } },
    ]);
  });

  it('contain one age for each duration in the workflow by default', () => {
    expect(thresholdsOf({ staleAfterMs: undefined, silentForMs: undefined }, defaults)).toEqual([
      { reason: 'AGE', thresholdMs: 4, statuses: { except: ['in_review', 'in_qa', 'in_approval'] } },
      { reason: 'AGE', thresholdMs: 2, statuses: { only: ['in_review', 'in_approval'] } },
      { reason: 'AGE', thresholdMs: 9, statuses: { only: ['in_qa'] } },
    ]);
  });

  it('include silence if the subscriber sets it', () => {
    expect(thresholdsOf({ staleAfterMs: 7, silentForMs: 3 }, defaults)).toEqual([
      { reason: 'AGE', thresholdMs: 7, statuses: { except: [] } },
      { reason: 'SILENCE', thresholdMs: 3, statuses: { except: [] } },
    ]);
  });

  it('are only silence if the subscriber sets nothing else', () => {
    expect(thresholdsOf({ staleAfterMs: undefined, silentForMs: 3 }, defaults)).toEqual([
      { reason: 'SILENCE', thresholdMs: 3, statuses: { except: [] } },
    ]);
  });
});

describe('the name of a threshold', () => {
  const threshold: Threshold = { reason: 'AGE', thresholdMs: 4, statuses: { only: ['in_qa', 'in_review'] } };

  it('does not depend on the order of the statuses', () => {
    expect(nameOfThreshold({ ...threshold, statuses: { only: ['in_review', 'in_qa'] } })).toBe(
      nameOfThreshold(threshold),
    );
    expect(nameOfThreshold(threshold)).toBe('AGE-4-379072a7');
  });

  it('differs if anything else differs', () => {
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
