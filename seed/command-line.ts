import { parseArgs } from 'node:util';
import { parseTime, timeExamples } from '../src/shared/instant.ts';
import { SeedError } from './errors.ts';
import { hourMs } from './time.ts';

export interface CommandLine {
  sessions: number;
  seed: number;
  until: Date;
  help: boolean;
}

export const help = `Fills a new database with half a year of a team's work.

  npm run seed -- [--sessions 10000] [--seed 1] [--until 2026-01-11T10:00:00Z]

  --sessions  number of sessions, from 1 to 100000000 (default: 10000)
  --seed      a whole number from 0 to 4294967295; the same seed creates the same data (default: 1)
  --until     end of the simulated period, for example 2026-01-11, 7d or yesterday (default: the last full hour)

DATABASE_URL names the file (default: file:./data/shark.db) and WORKFLOW_CONFIG the workflow, as for the server.`;

const options = {
  sessions: { type: 'string' },
  seed: { type: 'string' },
  until: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const earliest = Date.UTC(1971, 0);

/** Parses the options. Throws SeedError with a message that names the option and the value. */
export function readCommandLine(words: readonly string[], now: Date): CommandLine {
  // Not strict, so that this code words the messages and a value may start with a dash.
  const { values, tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name))
      throw new SeedError(
        `${token.rawName} is not an option. The options are --sessions, --seed, --until and --help`,
      );
    if (token.kind === 'positional')
      throw new SeedError(`Unexpected argument '${token.value}'. Write: npm run seed -- --sessions 10000`);
  }
  const given = (name: 'sessions' | 'seed' | 'until') =>
    values[name] === undefined ? undefined : typeof values[name] === 'string' ? values[name] : '';
  const until = given('until');
  return {
    sessions: wholeNumber('--sessions', given('sessions') ?? '10000', 1, 100_000_000),
    seed: wholeNumber('--seed', given('seed') ?? '1', 0, 2 ** 32 - 1),
    until: until === undefined ? lastFullHour(now) : readUntil(until, now),
    help: values.help !== undefined,
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new SeedError(`${option} is '${text}'. Enter a whole number from ${least} to ${most}`);
}

function readUntil(text: string, now: Date): Date {
  const until = timeOf(text, now);
  if (until.getTime() < earliest || until > now)
    throw new SeedError(`--until is '${text}'. Enter a time between 1971 and now (${now.toISOString()})`);
  return until;
}

function timeOf(text: string, now: Date): Date {
  try {
    return parseTime(text, now);
  } catch (error) {
    if (error instanceof RangeError)
      throw new SeedError(`--until is '${text}'. Write it like ${timeExamples}`);
    throw error;
  }
}

/** A full hour, so that repeating the command within the hour creates the same data. */
function lastFullHour(now: Date): Date {
  return new Date(Math.floor(now.getTime() / hourMs) * hourMs);
}
