import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePositions, decodeCursor, encodeCursor } from '../../../src/domain/stale/cursor.ts';

const position = fc.record({
  sinceMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  sessionId: fc.integer({ min: 0, max: 999_999_999_999_999 }),
});

describe('the cursor of a stale session', () => {
  it('decodes to the encoded position of every threshold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^(AGE|SILENCE)-\d{1,13}(-[0-9a-f]{8})?$/), position), {
          minLength: 1,
          maxLength: 8,
        }),
        (positions) => {
          const cursor = new Map(positions);
          expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
        },
      ),
    );
  });

  it('passes unchanged through a URL', () => {
    const cursor = encodeCursor(new Map([['AGE-14400000', { sinceMs: 1_768_125_600_123, sessionId: 42 }]]));
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64url');

  it.each([
    ['nothing', ''],
    ['text that is not base64', 'what?!'],
    ['the cursor of another list', base64('GPC:S:42')],
    ['a cursor without a threshold', base64('stale')],
    ['a missing part', base64('stale AGE-1@1768125600000')],
    ['text instead of numbers', base64('stale AGE-1@then:that')],
    ['a negative number', base64('stale AGE-1@-1:42')],
    ['a fractional number', base64('stale AGE-1@1.5:42')],
    ['additional text', base64('stale AGE-1@1768125600000:42:')],
    ['an additional line break', base64('stale AGE-1@1768125600000:42\n')],
    ['an instant in the year 10000', base64('stale AGE-1@253402300800000:42')],
    ['a number beyond the safe integers', base64('stale AGE-1@1768125600000:99999999999999999')],
    ['an id', 'TaskSession:42'],
  ])('cannot be decoded from %s', (_name, text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });

  it('can be decoded from the text that encodeCursor returns', () => {
    expect(decodeCursor(base64('stale AGE-1@1768125600000:42 SILENCE-2@0:0'))).toEqual(
      new Map([
        ['AGE-1', { sinceMs: 1_768_125_600_000, sessionId: 42 }],
        ['SILENCE-2', { sinceMs: 0, sessionId: 0 }],
      ]),
    );
  });
});

it('positions are ordered by instant, then by session', () => {
  const positions = [
    { sinceMs: 2, sessionId: 1 },
    { sinceMs: 1, sessionId: 9 },
    { sinceMs: 1, sessionId: 2 },
  ];
  expect(positions.toSorted(comparePositions)).toEqual(positions.toReversed());
});
