import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../shared/duration.ts';
import { parseInstant } from '../shared/instant.ts';

/*
 * Options that several commands share. Durations and times are checked here so that the error names the option, but
 * sent to the API as the original text.
 */

export const jsonOption = new Option('--json', 'print JSON');

export const sessionOption = new Option(
  '--session <id>',
  'fail unless this session, from your claim, still holds the task',
).argParser(sessionId);

export const epicOption = new Option('--epic <key>', 'only this epic, for example E07');
export const featureOption = new Option('--feature <key>', 'only this feature, for example E07-F20');
export const phaseOption = new Option('--phase <name>', 'only this workflow phase');
export const agentFilterOption = new Option('--agent <name>', 'only this agent, or all agents of this type');

export const staleOption = new Option(
  '--stale <duration>',
  'only sessions that have been open at least this long: 4h, 90m, 2d',
).argParser(readBy(parseDuration));

export const silentForOption = new Option(
  '--silent-for <duration>',
  'also sessions without a heartbeat for this long: 10m',
).argParser(readBy(parseDuration));

export function sinceOption(what: string) {
  return new Option(
    '--since <when>',
    `only sessions that ${what} at or after this time: 2026-01-01, or 2026-01-01T08:00:00Z`,
  ).argParser(readBy(parseInstant));
}

export function untilOption(what: string) {
  return new Option('--until <when>', `only sessions that ${what} before this time`).argParser(
    readBy(parseInstant),
  );
}

/** The maximum number of rows, or `all`. */
export const limitOption = new Option('--limit <count>', 'maximum number of rows, or all')
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

/** Accepts `42` for `TaskSession:42`, because messages contain the number only. */
export function sessionId(text: string): string {
  return /^[1-9]\d*$/.test(text) ? `TaskSession:${text}` : text;
}

/** A parser that checks the text and returns it unchanged. */
function readBy(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      read(text);
      return text;
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidArgumentError(`${error.message}.`);
      throw error;
    }
  };
}
