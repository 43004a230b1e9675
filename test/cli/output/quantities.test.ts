import { describe, expect, it } from 'vitest';
import { bar, counted, durationText, percentText, timeText } from '../../../src/cli/output/quantities.ts';

const second = 1 / 60;
const hour = 60;
const day = 24 * hour;

describe('duration format', () => {
  it.each([
    { minutes: 0, text: '0s' },
    { minutes: 0.4 * second, text: '0s' },
    { minutes: 59.4 * second, text: '59s' },
    // A unit that would round up to a full one is written as the next larger unit.
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
  ])('formats $minutes minutes as $text', ({ minutes, text }) => {
    expect(durationText(minutes)).toBe(text);
  });
});

describe('bar format', () => {
  it.each([
    { share: 0, text: '··········' },
    // Small values are visible too.
    { share: 0.001, text: '█·········' },
    { share: 0.1, text: '█·········' },
    { share: 0.5, text: '█████·····' },
    { share: 0.94, text: '█████████·' },
    { share: 1, text: '██████████' },
  ])('formats the share $share as $text', ({ share, text }) => {
    expect(bar(share, 10)).toBe(text);
  });

  it('uses a width of twenty by default', () => {
    expect(bar(0.25)).toBe('█████···············');
  });
});

it('formats a time in UTC with seconds, and a missing time as a dash', () => {
  expect(timeText('2026-01-11T10:00:00.999Z')).toBe('2026-01-11 10:00:00');
  expect(timeText(null)).toBe('–');
});

it('formats an unknown percentage as a dash, not as 0', () => {
  expect([percentText(66.7), percentText(0), percentText(null)]).toEqual(['66.7%', '0%', '–']);
});

it('uses the singular for one and the plural for all other numbers', () => {
  expect([counted(1, 'session'), counted(0, 'session'), counted(2, 'entry', 'entries')]).toEqual([
    '1 session',
    '0 sessions',
    '2 entries',
  ]);
});
