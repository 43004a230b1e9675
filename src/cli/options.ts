import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../shared/duration.ts';
import { parseTimeOrRelative } from '../shared/instant.ts';

/*
 * Options that several commands share. Durations and times are checked here so that the error names the option, but
 * sent to the API as the original text.
 */

export const jsonOption = new Option('--json', 'print JSON');

export const sessionOption = new Option(
  '--session <id>',
  'the session id from your claim; the command fails if this session is no longer open',
).argParser(sessionId);

export const epicOption = new Option('--epic <key>', 'limit to one epic, for example E07');
export const featureOption = new Option('--feature <key>', 'limit to one feature, for example E07-F20');
export const phaseOption = new Option('--phase <name>', 'limit to one phase of the workflow');
export const agentFilterOption = new Option(
  '--agent <name>',
  'limit to one agent, or to all agents of one type',
);

export const staleOption = new Option(
  '--stale <duration>',
  'limit to sessions that have been open for at least this duration, for example 4h, 90m or 2d',
).argParser(readBy(parseDuration));

export const silentForOption = new Option(
  '--silent-for <duration>',
  'limit to open sessions without a heartbeat for at least this duration, for example 10m',
).argParser(readBy(parseDuration));

export function sinceOption(what: string) {
  return new Option(
    '--since <when>',
    `limit to sessions that ${what} at or after this time, for example 2026-01-01, 2026-01-01T08:00:00Z, 7d, 24h, today, yesterday or now; days are in UTC`,
  ).argParser(timeOf);
}

export function untilOption(what: string) {
  return new Option('--until <when>', `limit to sessions that ${what} before this time`).argParser(timeOf);
}

/** The option for the maximum number of rows to print, or `all`. */
export const limitOption = new Option(
  '--limit <count>',
  'the maximum number of rows to print, or the word all',
)
  .argParser((text): number | 'all' => {
    if (text === 'all') return text;
    if (isPositive(text)) return Number(text);
    throw new InvalidArgumentError('Write a whole number from 1, or all.');
  })
  .default(50);

export function positive(text: string): number {
  if (isPositive(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number from 1.');
}

function isPositive(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text);
}

/** Turns `42` into the session id `TaskSession:42`. Other text stays unchanged. */
export function sessionId(text: string): string {
  return /^[1-9]\d*$/.test(text) ? `TaskSession:${text}` : text;
}

/**
 * Returns the time to send: a relative time such as `7d` as an absolute one, so that all requests of a command use the
 * same time.
 */
export type TimeToSend = (now: Date) => string;

function timeOf(text: string): TimeToSend {
  const time = parsedBy(parseTimeOrRelative, text);
  return (now) => (typeof time === 'function' ? time(now).toISOString() : text);
}

/** Returns a parser that checks the text with `read` and returns it unchanged. */
function readBy(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    parsedBy(read, text);
    return text;
  };
}

function parsedBy<Value>(read: (text: string) => Value, text: string): Value {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
