import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/shared/json-text.ts';

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
  ])('%j has its first error at line %i, column %i', (text, line, column) => {
    expect(parseJson(text)).toEqual({
      problem: expect.stringMatching(
        new RegExp(`^it is not valid JSON: .* at line ${line}, column ${column}$`),
      ),
    });
  });

  it.each([
    ['// settings\n{}', 'Comments are not allowed at line 1, column 1'],
    ['{"a": 1 /* one */}', 'Comments are not allowed at line 1, column 9'],
    ['{"a": 1,}', 'Expected a property name in double quotes at line 1, column 9'],
    ['[1, 2,]', 'Expected a value at line 1, column 7'],
    ['[1 2]', "Expected ',' before the next entry at line 1, column 4"],
    ['{"a" 1}', "Expected ':' after the property name at line 1, column 6"],
    ['{"a": 1', "Expected ',' or '}' at line 1, column 8"],
    ['["a"', "Expected ',' or ']' at line 1, column 5"],
    ['{}}', 'Unexpected text after the JSON value at line 1, column 3'],
    ['[1.]', 'Incomplete number at line 1, column 2'],
    ['["a]', 'String without a closing quote at line 1, column 2'],
    ['["\\u12"]', 'Invalid \\u escape in the string at line 1, column 2'],
    ['["\\q"]', 'Invalid escape in the string at line 1, column 2'],
    ['["\t"]', 'Unescaped control character in the string at line 1, column 2'],
    ['[tru]', "Unexpected token ']' at line 1, column 5"],
    ['[nul', 'Unexpected end at line 1, column 5'],
    ['[🦈]', "Unexpected token '🦈' at line 1, column 2"],
  ])('is reported with the reason: %j', (text, message) => {
    expect(parseJson(text)).toEqual({ problem: `it is not valid JSON: ${message}` });
  });

  it('is always reported with a line and a column', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.nat({ max: 2 }), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([json, at, removed, inserted]) => {
        const start = at % (json.length + 1);
        return json.slice(0, start) + inserted + json.slice(start + removed);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const parsed = parseJson(text);
        if ('problem' in parsed) expect(parsed.problem).toMatch(/ at line \d+, column \d+$/);
      }),
      { numRuns: 500 },
    );
  });

  it('is detected anywhere in the text', () => {
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
  const parsed = parseJson('{"__proto__": {"a": 1}}');
  expect('json' in parsed && JSON.stringify(parsed.json)).toBe('{"__proto__":{"a":1}}');
});
