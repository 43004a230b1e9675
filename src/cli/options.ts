import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../shared/duration.ts';
import { parseInstant } from '../shared/instant.ts';

/*
 * The options that several commands share. What can be read wrongly is read here as well as by the API, so that the
 * message names the option; what is sent is the text as it was written.
 */

export const jsonOption = new Option('--json', 'print JSON, for programs');

export const sessionOption = new Option(
  '--session <id>',
  'only if this session still holds the task: keep it from your claim, and nobody who took over is disturbed',
).argParser(sessionId);

export const epicOption = new Option('--epic <key>', 'only of this epic, for example E07');
export const featureOption = new Option('--feature <key>', 'only of this feature, for example E07-F20');
export const phaseOption = new Option('--phase <name>', 'only in this phase of the workflow');
export const agentFilterOption = new Option(
  '--agent <name>',
  'only of this agent, or of all agents of this type',
);

export const staleOption = new Option(
  '--stale <duration>',
  'only sessions that have been open for so long: 4h, 90m, 2d',
).argParser(readBy(parseDuration));

export const silentForOption = new Option(
  '--silent-for <duration>',
  'also sessions that gave no sign of life for so long: 10m',
).argParser(readBy(parseDuration));

export function sinceOption(what: string) {
  return new Option(
    '--since <when>',
    `only what ${what} then or later: 2026-01-01, or 2026-01-01T08:00:00Z`,
  ).argParser(readBy(parseInstant));
}

export function untilOption(what: string) {
  return new Option('--until <when>', `only what ${what} before then`).argParser(readBy(parseInstant));
}

/** How many rows at most; `all` of them. */
export const limitOption = new Option('--limit <count>', 'how many rows at most, or all')
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

/** `42` for `TaskSession:42`, as the product's sentences name sessions. */
export function sessionId(text: string): string {
  return /^[1-9]\d*$/.test(text) ? `TaskSession:${text}` : text;
}

/** Reads the text to see that it can be read, and hands it on as it is. */
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
