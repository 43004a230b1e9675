import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flowEfficiencyPct,
  minutesSpent,
  noTime,
  type TimeSpent,
} from '../../../src/domain/analytics/time-spent.ts';

const kinds = ['queue', 'work', 'rework', 'blocked', 'idle'] as const;

describe('minutes of a kind', () => {
  it('are exact for whole thousandths of a minute', () => {
    expect(minutesSpent({ ...noTime(), queue: 90_000, work: 60 })).toEqual({
      total: 1.501,
      queue: 1.5,
      work: 0.001,
      rework: 0,
      blocked: 0,
      idle: 0,
    });
  });

  it('give missing thousandths to the kinds with the largest remainders', () => {
    // Each would be rounded to zero, but the total is two thousandths.
    expect(minutesSpent({ queue: 29, work: 28, rework: 27, blocked: 20, idle: 0 })).toEqual({
      total: 0.002,
      queue: 0.001,
      work: 0.001,
      rework: 0,
      blocked: 0,
      idle: 0,
    });
  });

  it('add up to the rounded total, and are off by less than a thousandth', () => {
    const length = fc.nat({ max: 10_000_000_000 });
    fc.assert(
      fc.property(
        fc.record<TimeSpent>({ queue: length, work: length, rework: length, blocked: length, idle: length }),
        (spent) => {
          const minutes = minutesSpent(spent);
          const thousandths = (value: number) => Math.round(value * 1_000);
          const sum = kinds.reduce((all, kind) => all + spent[kind], 0);
          expect(minutes.total).toBe(Math.round(sum / 60) / 1_000);
          expect(kinds.reduce((all, kind) => all + thousandths(minutes[kind]), 0)).toBe(
            thousandths(minutes.total),
          );
          for (const kind of kinds)
            expect(Math.abs(thousandths(minutes[kind]) * 60 - spent[kind])).toBeLessThan(60);
        },
      ),
    );
  });
});

describe('flow efficiency', () => {
  it('is the percentage of work and rework in all time', () => {
    expect(flowEfficiencyPct({ queue: 300, work: 100, rework: 50, blocked: 200, idle: 25 })).toBe(22.2);
  });

  it('is null if no time was spent', () => {
    expect(flowEfficiencyPct(noTime())).toBeNull();
  });
});
