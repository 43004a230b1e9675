import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/stale/cursor.ts';

describe('the cursor of a stale session', () => {
  it('leads back to the same place', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        (startedAt, sessionId) => {
          expect(decodeCursor(encodeCursor({ startedAt, sessionId }))).toEqual({ startedAt, sessionId });
        },
      ),
    );
  });

  it('passes unchanged through a URL', () => {
    const cursor = encodeCursor({ startedAt: new Date('2026-01-11T10:00:00.123Z'), sessionId: 42 });
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64url');

  it.each([
    ['nothing', ''],
    ['no base64', 'what?!'],
    ['the cursor of something else', base64('GPC:S:42')],
    ['a part missing', base64('stale:1768125600000')],
    ['no numbers', base64('stale:then:that')],
    ['a negative number', base64('stale:-1:42')],
    ['a fraction', base64('stale:1.5:42')],
    ['more behind it', base64('stale:1768125600000:42:')],
    ['a line more', base64('stale:1768125600000:42\n')],
    ['an instant that no date holds', base64('stale:999999999999999999:42')],
    ['a number that is not exact', base64('stale:1768125600000:99999999999999999')],
    ['an id', 'TaskSession:42'],
  ])('is not made of %s', (_name, text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });

  it('is told from those by what encodeCursor makes', () => {
    expect(decodeCursor(base64('stale:1768125600000:42'))).toEqual({
      startedAt: new Date('2026-01-11T10:00:00.000Z'),
      sessionId: 42,
    });
  });
});
