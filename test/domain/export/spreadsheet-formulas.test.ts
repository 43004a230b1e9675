import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeFormula } from '../../../src/domain/export/spreadsheet-formulas.ts';

it.each([
  '=1+1',
  '+1',
  '-1',
  '-x',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\ttext',
  ' =1+1',
  '\u00A0=1+1',
  '\uFEFF=1+1',
  '\uFF1D1+1',
  '\uFF0B1',
  '\uFF0D1',
  '\uFF20SUM(A1)',
  "'=1+1",
  "''-1",
])('%j is escaped with an apostrophe', (text) => {
  expect(escapeFormula(text)).toBe(`'${text}`);
});

it.each([
  '',
  ' ',
  'text',
  'a=1',
  '1-1',
  "'",
  "''",
  "'text'",
  ' text',
  '"=1+1"',
  '🦈',
  'ä',
  '2026-01-11',
  '(-1)',
])('%j is not changed', (text) => {
  expect(escapeFormula(text)).toBe(text);
});

it('the escape is reversible: escaped text has one additional apostrophe', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '\uFF1D', 'x'),
      fc.string({ maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(text, (written) => {
      const read = escapeFormula(written);
      // Text that would be escaped again has already been escaped.
      const isMarked = escapeFormula(read) !== read;
      expect(isMarked ? read.slice(1) : read).toBe(written);
    }),
    { numRuns: 2_000 },
  );
});
