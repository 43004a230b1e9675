import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, readableDuration } from '../../src/shared/duration.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('parsing a duration', () => {
  it.each([
    ['4h', 4 * hour],
    ['90m', 90 * minute],
    ['1h30m', 90 * minute],
    ['2d', 2 * day],
    ['45s', 45 * second],
    ['1w', 7 * day],
    ['0.5s', 500],
    ['4H', 4 * hour],
    ['PT4H', 4 * hour],
    ['P1DT30M', day + 30 * minute],
    ['PT0.25S', 250],
    ['P2W', 14 * day],
    ['0h1m', minute],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('an invalid duration is rejected with a hint', () => {
  it.each([
    ['0h', 'is zero'],
    ['PT0S', 'is zero'],
    ['0.0001s', 'not a duration'],
    ['-4h', 'not a duration'],
    ['P1M', 'whose length varies'],
    ['P1Y', 'whose length varies'],
    ['P1Y2DT3H', 'whose length varies'],
    ['4', 'not a duration'],
    ['four hours', 'not a duration'],
    ['30m1h', 'not a duration'],
    ['', 'not a duration'],
    ['P', 'not a duration'],
    ['PT', 'not a duration'],
    ['P1DT', 'not a duration'],
    ['1h ', 'not a duration'],
    ['40000d', 'more than 100 years'],
    ['99999999999999999999h', 'more than 100 years'],
  ])('%j', (text, reason) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
    expect(() => parseDuration(text)).toThrow(reason);
    expect(() => parseDuration(text)).toThrow(`'${text}'`);
  });
});

describe('formatting a duration', () => {
  it.each([
    [4 * hour, 'PT4H'],
    [90 * minute, 'PT1H30M'],
    [day + 30 * minute, 'P1DT30M'],
    [2 * day, 'P2D'],
    [500, 'PT0.5S'],
  ])('%d ms', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('is the inverse of parsing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36_525 * day }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

describe('a readable duration', () => {
  it.each([
    [0, 'no time'],
    [29_999, 'less than a minute'],
    [30_000, '1 min'],
    [18 * minute, '18 min'],
    [hour - 1, '1 h'],
    [3 * hour + 12 * minute, '3 h 12 min'],
    [day - 10 * minute, '23 h 50 min'],
    [day - 1, '1 d'],
    [2 * day + 4 * hour + 29 * minute, '2 d 4 h'],
    [2 * day + 23 * hour + 30 * minute, '3 d'],
  ])('%d ms', (milliseconds, text) => {
    expect(readableDuration(milliseconds)).toBe(text);
  });
});
