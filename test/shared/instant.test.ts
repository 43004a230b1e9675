import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/shared/duration.ts';
import { parseInstant, parseTime, timeExamples } from '../../src/shared/instant.ts';

const now = new Date('2026-03-01T09:30:00.250Z');

describe('parsing a time', () => {
  it.each([
    ['2026-01-11T11:00:00+01:00', '2026-01-11T10:00:00.000Z'],
    ['2026-01-11', '2026-01-11T00:00:00.000Z'],
    ['7d', '2026-02-22T09:30:00.250Z'],
    ['24h', '2026-02-28T09:30:00.250Z'],
    ['1h30m', '2026-03-01T08:00:00.250Z'],
    ['PT4H', '2026-03-01T05:30:00.250Z'],
    ['P30D', '2026-01-30T09:30:00.250Z'],
    ['now', '2026-03-01T09:30:00.250Z'],
    ['today', '2026-03-01T00:00:00.000Z'],
    ['yesterday', '2026-02-28T00:00:00.000Z'],
    ['Yesterday', '2026-02-28T00:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(parseTime(text, now).toISOString()).toBe(instant);
  });

  it('counts back from now by the duration', () => {
    const duration = fc.oneof(
      fc
        .record({ days: fc.nat(400), hours: fc.nat(99), minutes: fc.nat(99), seconds: fc.nat(99) })
        .filter((parts) => Object.values(parts).some((part) => part > 0))
        .map(({ days, hours, minutes, seconds }) => ({
          text: `${days}d${hours}h${minutes}m${seconds}s`,
          ms: (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000,
        })),
      fc.integer({ min: 1, max: 36_525 * 24 * 3_600_000 }).map((ms) => ({ text: formatDuration(ms), ms })),
    );
    const instant = fc.date({
      min: new Date('0200-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(duration, instant, ({ text, ms }, at) => {
        expect(parseTime(text, at).getTime()).toBe(at.getTime() - ms);
      }),
    );
  });

  it('starts days at 00:00 UTC', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (at) => {
        const date = at.toISOString().slice(0, 10);
        expect(parseTime('today', at)).toEqual(parseInstant(date));
        expect(parseTime('yesterday', at).getTime()).toBe(parseInstant(date).getTime() - 24 * 3_600_000);
      }),
    );
  });

  it.each(['tomorrow', '', ' ', '7', '-7d', '0d', '7 days', '1y', 'P1M', '2026-13-01', 'last week'])(
    'rejects %j, and lists the forms',
    (text) => {
      expect(() => parseTime(text, now)).toThrow(
        new RangeError(`${JSON.stringify(text)} is not a time. Write it like ${timeExamples}`),
      );
    },
  );
});

it.each(['7d', 'today', 'now'])('a time in a file cannot be relative: %s', (text) => {
  expect(() => parseInstant(text)).toThrow(RangeError);
});
