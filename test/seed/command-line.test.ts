import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../seed/command-line.ts';
import { timeExamples } from '../../src/shared/instant.ts';

const now = new Date('2026-01-11T10:34:56.789Z');
const read = (...words: string[]) => readCommandLine(words, now);

describe('the options', () => {
  it('have default values', () => {
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
    ['yesterday', '2026-01-10T00:00:00.000Z'],
    ['24h', '2026-01-10T10:34:56.789Z'],
  ])('accept --until %s', (text, instant) => {
    expect(read('--sessions', '5', '--seed=0', '--until', text)).toEqual({
      sessions: 5,
      seed: 0,
      until: new Date(instant),
      help: false,
    });
  });

  it('include --help', () => {
    expect(read('--help').help).toBe(true);
  });

  it.each([
    [['--sessions', '0'], "--sessions is '0'. Enter a whole number from 1 to 100000000"],
    [['--sessions', '-5'], "--sessions is '-5'. Enter a whole number from 1 to 100000000"],
    [['--sessions', '1e6'], "--sessions is '1e6'. Enter a whole number from 1 to 100000000"],
    [['--sessions', '100000001'], "--sessions is '100000001'. Enter a whole number from 1 to 100000000"],
    [['--sessions'], "--sessions is ''. Enter a whole number from 1 to 100000000"],
    [['--seed', 'x'], "--seed is 'x'. Enter a whole number from 0 to 4294967295"],
    [['--until', 'tomorrow'], `--until is 'tomorrow'. Write it like ${timeExamples}`],
    [
      ['--until', '2026-01-12'],
      "--until is '2026-01-12'. Enter a time between 1971 and now (2026-01-11T10:34:56.789Z)",
    ],
    [
      ['--session', '5'],
      '--session is not an option. The options are --sessions, --seed, --until and --help',
    ],
    [['5000'], "Unexpected argument '5000'. Write: npm run seed -- --sessions 10000"],
  ])('%j are rejected with a message', (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});
