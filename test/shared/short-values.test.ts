import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestValue, shortValue, withShortValues } from '../../src/shared/short-values.ts';

const long = 'x'.repeat(80_000);

describe('shortValue', () => {
  it.each([
    ['abcde', 5, 'abcde'],
    ['abcdef', 5, 'abcd…'],
    // No surrogate pair is split.
    ['abc👍f', 5, 'abc…'],
  ])('shortens %s to %i characters', (text, longest, is) => {
    expect(shortValue(text, longest)).toBe(is);
  });
});

describe('withShortValues', () => {
  it.each([
    [
      'text in quotation marks',
      `Cannot query field "${long}" on type "Query".`,
      /^Cannot query field "x{97}…" on type "Query"\.$/,
    ],
    [
      'text in apostrophes',
      `The agent's key '${long}' isn't a key. Keys look like 'E07'`,
      /^The agent's key 'x{97}…' isn't a key\. Keys look like 'E07'$/,
    ],
    ['a word', `There is nothing at /${long}. Use /graphql`, /^There is nothing at \/x{98}… Use \/graphql$/],
    [
      'an object',
      `Expected value of type "Int", found {a: "${long} }", b: [1, {}]}.`,
      /^Expected value of type "Int", found \{a: "x{93}…\}\.$/,
    ],
    ['a block string', `found """a "quoted" ${long}""".`, /^found """a "quoted" x{84}…"\.$/],
    ['two values', `'${long}' is not '${long}'`, /^'x{47}…' is not 'x{47}…'$/],
  ])('shortens %s', (_what, message, is) => {
    expect(withShortValues(message)).toMatch(is);
  });

  it.each([
    'If this was a mutation, its change was made and only the response is incomplete. Query the result. Do not repeat the mutation, except a claim with an idempotencyKey or a close with a sessionId.',
    `The known parameters are ${Array.from({ length: 30 }, (_, index) => `parameter${index}`).join(', ')}`,
    `The client's token isn't valid: ${"the server's clock and the client's clock differ. ".repeat(5)}`,
    '',
  ])('does not change a message without long values: %s', (message) => {
    expect(withShortValues(message)).toBe(message);
  });

  /** Text that looks like the end of a value, so that the rest of it is not part of the value. */
  const tricky = `ZQX"'; ]} " does not exist in "{[ : \\ "." at "`.repeat(2_000);

  it.each([
    `Variable "$a" got invalid value "x"; Value "${tricky}" does not exist in "SessionOutcome" enum.`,
    `Variable "$a" got invalid value { ${tricky}: 1 }; Field "${tricky}" is not defined by type "SessionFilter".`,
    `Variable "$a" got invalid value { ${tricky}: 1 } at "a.b"; Int cannot represent non-integer value: { ${tricky}: 1 }`,
    `Unknown operation named "${tricky}".`,
    `Unexpected parameter "${tricky}" in the request body.`,
    `Syntax Error: Expected Name, found String "${tricky}".`,
  ])('shortens values that GraphQL.js does not escape (case %#)', (message) => {
    const short = withShortValues(message);
    expect(short.match(/ZQX/g)?.length ?? 0).toBeLessThanOrEqual(3);
    expect(short.length).toBeLessThan(300);
    expect(short).toMatch(/^(?:Variable "\$a" got invalid value|Un|Syntax Error)/);
  });

  it('takes time in proportion to the length', () => {
    const units = [
      '"',
      "'",
      '{',
      '[',
      '"\\',
      "' ",
      '{"',
      '"{',
      'Value "',
      'a ',
      '"""',
      ' cannot represent ',
      '; ',
    ];
    const startedMs = performance.now();
    for (const unit of units) withShortValues(unit.repeat(80_000 / unit.length));
    // Time in proportion to the square of the length would be minutes.
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('has a length limit, and never makes a message longer', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', "'", '{', '}', '[', ']', '\\', ' ', 'x', long.slice(0, 90), '; '),
        fc.string(),
      ),
      maxLength: 200,
    });
    fc.assert(
      fc.property(text, (message) => {
        const short = withShortValues(message);
        expect(short.length).toBeLessThanOrEqual(2_000);
        expect(short.length).toBeLessThanOrEqual(message.length);
        expect(withShortValues(short).length).toBeLessThanOrEqual(short.length);
        if (message.length <= longestValue) expect(short).toBe(message);
      }),
    );
  });
});
