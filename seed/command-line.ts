import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SeedError } from './backlog.ts';
import { hourMs } from './time.ts';

export interface CommandLine {
  sessions: number;
  seed: number;
  until: Date;
  help: boolean;
}

export const help = `Fills a new database with the work of a team over half a year.

  npm run seed -- [--sessions 10000] [--seed 1] [--until 2026-01-11T10:00:00Z]

  --sessions  how many sessions there will be, 1 to 100000000; 10000 unless given
  --seed      any whole number from 0 to 4294967295; the same one makes the same data; 1 unless given
  --until     when the story ends, an instant or a date in UTC; the last full hour unless given

DATABASE_URL names the file (file:./data/shark.db) and WORKFLOW_CONFIG the workflow, as for the server.`;

const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** Reads the options. Throws SeedError, in a line that names the option and the value. */
export function readCommandLine(options: readonly string[], now: Date): CommandLine {
  const values = parse(options);
  return {
    sessions: wholeNumber('--sessions', values.sessions ?? '10000', 1, 100_000_000),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    until: values.until === undefined ? lastFullHour(now) : readUntil(values.until, now),
    help: values.help === true,
  };
}

function parse(options: readonly string[]) {
  try {
    return parseArgs({
      args: [...options],
      options: {
        sessions: { type: 'string' },
        seed: { type: 'string' },
        until: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new SeedError(
      `${sentence.replace(/\.? To specify .*/, '')}. The options are --sessions, --seed, --until and --help`,
      { cause: error },
    );
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new SeedError(`${option} is '${text}': write a whole number from ${least} to ${most}`);
}

function readUntil(text: string, now: Date): Date {
  if (!instant.safeParse(text).success)
    throw new SeedError(
      `--until is '${text}': write an instant or a date in UTC, for example 2026-01-11T10:00:00Z or 2026-01-11`,
    );
  const until = new Date(text);
  if (until.getTime() < Date.UTC(1970, 6) || until > now)
    throw new SeedError(
      `--until is '${text}': write an instant after June 1970 and not in the future, which sessions cannot have begun in`,
    );
  return until;
}

/** Repeated within the hour, the command makes the same data. */
function lastFullHour(now: Date): Date {
  return new Date(Math.floor(now.getTime() / hourMs) * hourMs);
}
