import { readFileSync } from 'node:fs';
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
  '\u200B=1+1',
  '\u00AD\u0085=1+1',
  '\u0001=1+1',
  '\u001B=1+1',
  '\u0000\u{E0041} -1',
  '\uFE0F\u3164\u2028@SUM(A1)',
  "'\u200B=1+1",
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

it('a formula is escaped after every character that a spreadsheet may drop or skip', () => {
  const skipped = /\p{Cc}|\p{Cf}|\p{Zs}|\p{Zl}|\p{Zp}|\p{White_Space}|\p{Default_Ignorable_Code_Point}/u;
  const characters = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
  const found = characters.filter((character) => skipped.test(character));
  expect(found.length).toBeGreaterThan(4_000);
  for (const start of found)
    for (const text of [`${start}=1+1`, `${start}${start}+1`]) expect(escapeFormula(text)).toBe(`'${text}`);
});

/** The regular expression that the documentation gives to other programs. */
function documentedExpression(): RegExp {
  const page = readFileSync(new URL('../../../docs/analytics.md', import.meta.url), 'utf8');
  const [, source = ''] = /\.replace\(\/(\S+)\/u, ''\)/.exec(page) ?? [];
  return new RegExp(source, 'u');
}

it('the escape is reversible with the expression of the documentation', () => {
  const expression = documentedExpression();
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("'", '=', '-', '\t', '\u200B', '\u0085', '\u{E0041}', '\uFF20', 'x'),
      fc.string(),
    ),
  });
  fc.assert(
    fc.property(text, (written) => {
      expect(escapeFormula(written).replace(expression, '')).toBe(written);
    }),
    { numRuns: 2_000 },
  );
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
