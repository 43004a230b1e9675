import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../seed/command-line.ts';

const now = new Date('2026-01-11T10:34:56.789Z');
const read = (...words: string[]) => readCommandLine(words, now);

describe('the options', () => {
  it('have values where none are given', () => {
    expect(read()).toEqual({
      sessions: 10_000,
      seed: 1,
      until: new Date('2026-01-11T10:00:00.000Z'),
      help: false,
    });
  });

  it.each([
    ['2026-01-10', '2026-01-10T00:00:00.000Z'],
    ['2026-01-10T12:30:00Z', '2026-01-10T12:30:00.000Z'],
    ['2026-01-10T12:30:00+01:00', '2026-01-10T11:30:00.000Z'],
  ])('take %s for the end', (text, instant) => {
    expect(read('--sessions', '5', '--seed=0', '--until', text)).toEqual({
      sessions: 5,
      seed: 0,
      until: new Date(instant),
      help: false,
    });
  });

  it('ask for help', () => {
    expect(read('--help').help).toBe(true);
  });

  it.each([
    [['--sessions', '0'], "--sessions is '0': write a whole number from 1 to 100000000"],
    [['--sessions', '-5'], "--sessions is '-5': write a whole number from 1 to 100000000"],
    [['--sessions', '1e6'], "--sessions is '1e6': write a whole number from 1 to 100000000"],
    [['--sessions', '100000001'], "--sessions is '100000001': write a whole number from 1 to 100000000"],
    [['--sessions'], "--sessions is '': write a whole number from 1 to 100000000"],
    [['--seed', 'x'], "--seed is 'x': write a whole number from 0 to 4294967295"],
    [
      ['--until', 'today'],
      "--until is 'today': write an instant or a date in UTC, like 2026-01-11T10:00:00Z or 2026-01-11",
    ],
    [
      ['--until', '2026-01-12'],
      "--until is '2026-01-12': write an instant between 1971 and now, 2026-01-11T10:34:56.789Z",
    ],
    [['--session', '5'], '--session is not an option: there are --sessions, --seed, --until and --help'],
    [
      ['5000'],
      "'5000' belongs to no option: write npm run seed -- --sessions 10000, with the dashes in between",
    ],
  ])('%j are refused in a line', (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});
