import { describe, expect, it } from 'vitest';
import { bar, counted, durationText, percentText, timeText } from '../../../src/cli/output/quantities.ts';

const second = 1 / 60;
const hour = 60;
const day = 24 * hour;

describe('a duration', () => {
  it.each([
    { minutes: 0, text: '0s' },
    { minutes: 0.4 * second, text: '0s' },
    { minutes: 59.4 * second, text: '59s' },
    // No unit is ever filled up: the next larger one takes over.
    { minutes: 59.5 * second, text: '1m' },
    { minutes: 1, text: '1m' },
    { minutes: 1.49, text: '1m' },
    { minutes: 59.4, text: '59m' },
    { minutes: 59.6, text: '1h 0m' },
    { minutes: hour, text: '1h 0m' },
    { minutes: 2 * hour + 30, text: '2h 30m' },
    { minutes: 23 * hour + 59.4, text: '23h 59m' },
    { minutes: 23 * hour + 59.7, text: '1d 0h' },
    { minutes: day, text: '1d 0h' },
    { minutes: day + 29, text: '1d 0h' },
    { minutes: day + 31, text: '1d 1h' },
    { minutes: day + 23 * hour + 29, text: '1d 23h' },
    { minutes: day + 23 * hour + 31, text: '2d 0h' },
    { minutes: 3 * day + 4 * hour, text: '3d 4h' },
    { minutes: 400 * day, text: '400d 0h' },
    { minutes: null, text: '–' },
  ])('of $minutes minutes is $text', ({ minutes, text }) => {
    expect(durationText(minutes)).toBe(text);
  });
});

describe('a bar', () => {
  it.each([
    { share: 0, text: '··········' },
    // What there is can be seen, however little it is.
    { share: 0.001, text: '█·········' },
    { share: 0.1, text: '█·········' },
    { share: 0.5, text: '█████·····' },
    { share: 0.94, text: '█████████·' },
    { share: 1, text: '██████████' },
  ])('of $share is $text', ({ share, text }) => {
    expect(bar(share, 10)).toBe(text);
  });

  it('is twenty wide unless it is said', () => {
    expect(bar(0.25)).toBe('█████···············');
  });
});

it('a time is written in UTC to the second, and is a dash where there is none', () => {
  expect(timeText('2026-01-11T10:00:00.999Z')).toBe('2026-01-11 10:00:00');
  expect(timeText(null)).toBe('–');
});

it('a percentage that is not known is a dash, and not 0', () => {
  expect([percentText(66.7), percentText(0), percentText(null)]).toEqual(['66.7%', '0%', '–']);
});

it('one is one and all else is many', () => {
  expect([counted(1, 'session'), counted(0, 'session'), counted(2, 'entry', 'entries')]).toEqual([
    '1 session',
    '0 sessions',
    '2 entries',
  ]);
});
