import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/domain/workflow/json-text.ts';

describe('text that is not JSON', () => {
  it.each([
    ['', 1, 1],
    ['{"a": 1', 1, 8],
    ['{"a": nul', 1, 10],
    ['{"a": tru}', 1, 10],
    ['{\n  "a": 1,\n}', 3, 1],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['{\r\n  "a": "b"; }', 2, 11],
    ['{}\n\nmore', 3, 1],
    ["{\n  'a': 1 }", 2, 3],
    ['{\n  "a": [1, 2\n    ?]\n}', 3, 5],
    ['\uFEFF{"a": ?}', 1, 7],
  ])('%j stops being JSON at line %i, column %i', (text, line, column) => {
    expect(parseJson(text)).toEqual({
      problem: expect.stringMatching(
        new RegExp(`^it is not valid JSON: .* at line ${line}, column ${column}$`),
      ),
    });
  });

  it('is found wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), (before, after) => {
        const lines = [...before, '?', ...after].map((value) =>
          value === '?' ? '?' : JSON.stringify(value),
        );
        const parsed = parseJson(`[\n${lines.join(',\n')}\n]`);
        const line = lines.indexOf('?') + 2;
        expect(parsed).toEqual({
          problem: `it is not valid JSON: Unexpected token '?' at line ${line}, column 1`,
        });
      }),
    );
  });
});

it('JSON is parsed', () => {
  expect(parseJson(' {"a": [1, null]} ')).toEqual({ json: { a: [1, null] } });
});
