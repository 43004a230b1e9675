import { describe, expect, it } from 'vitest';
import { type Line, linesOf, nameOfLine } from '../../../src/domain/stale/thresholds.ts';

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
    expect(linesOf({ staleAfterMs: 7, silentForMs: undefined }, standard)).toEqual([
      { kind: 'AGE', thresholdMs: 7, statuses: { except: [] } },
    ]);
  });

  it('are one for each threshold of the workflow where none is given', () => {
    expect(linesOf({ staleAfterMs: undefined, silentForMs: undefined }, standard)).toEqual([
      { kind: 'AGE', thresholdMs: 4, statuses: { except: ['in_review', 'in_qa', 'in_approval'] } },
      { kind: 'AGE', thresholdMs: 2, statuses: { only: ['in_review', 'in_approval'] } },
      { kind: 'AGE', thresholdMs: 9, statuses: { only: ['in_qa'] } },
    ]);
  });

  it('have silence beside age', () => {
    expect(linesOf({ staleAfterMs: 7, silentForMs: 3 }, standard)).toEqual([
      { kind: 'AGE', thresholdMs: 7, statuses: { except: [] } },
      { kind: 'SILENCE', thresholdMs: 3, statuses: { except: [] } },
    ]);
  });
});

describe('the name of a line', () => {
  const line: Line = { kind: 'AGE', thresholdMs: 4, statuses: { only: ['in_qa', 'in_review'] } };

  it('is the same in whatever order the statuses stand', () => {
    expect(nameOfLine({ ...line, statuses: { only: ['in_review', 'in_qa'] } })).toBe(nameOfLine(line));
    expect(nameOfLine(line)).toBe('AGE-4-379072a7');
  });

  it('is another one as soon as anything differs', () => {
    const others: Line[] = [
      line,
      { ...line, kind: 'SILENCE' },
      { ...line, thresholdMs: 5 },
      { ...line, statuses: { only: ['in_qa'] } },
      { ...line, statuses: { except: ['in_qa', 'in_review'] } },
      { ...line, statuses: { except: [] } },
    ];
    expect(new Set(others.map(nameOfLine)).size).toBe(others.length);
  });
});
