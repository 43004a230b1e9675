import * as z from 'zod';
import { parseDuration } from './duration.ts';
import { shortValue } from './short-values.ts';

/** The formats, which take longer to create than to use. */
let formats: readonly z.ZodType[] | undefined;

const dayMs = 24 * 3_600_000;

/** The length of the longest value in an error message. Times are shorter. */
const longestShown = 40;

export const instantExamples = "'2026-01-11T10:00:00Z', or '2026-01-11' for the start of that day in UTC";

/** The forms that `parseTimeOrRelative` accepts. */
export const timeExamples =
  "'2026-01-11T10:00:00Z', '2026-01-11', 'today', 'yesterday' (each the start of that day in UTC), 'now', or a duration before now like '7d' or '24h'";

/** Formats a time for people: `2026-01-11 10:00:00`, in UTC. */
export function utcText(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** Parses an ISO 8601 time or date. A date is the start of the day in UTC. Throws RangeError for other text. */
export function parseInstant(text: string): Date {
  const instant = instantOf(text);
  if (instant !== undefined) return instant;
  throw new RangeError(
    `${JSON.stringify(shortValue(text, longestShown))} is not an instant. Write it like ${instantExamples}`,
  );
}

/** A time that depends on the current time. */
export type RelativeTime = (now: Date) => Date;

/**
 * Parses an absolute or a relative time, for example `2026-01-11`, `7d` or `yesterday`. A relative time becomes a
 * function, because only its user knows the current time. Throws RangeError for other text.
 */
export function parseTimeOrRelative(text: string): Date | RelativeTime {
  const time = instantOf(text) ?? relativeTimeOf(text);
  if (time !== undefined) return time;
  throw new RangeError(
    `${JSON.stringify(shortValue(text, longestShown))} is not a time. Write it like ${timeExamples}`,
  );
}

/** Parses an absolute or a relative time. Throws RangeError for other text. */
export function parseTime(text: string, now: Date): Date {
  const time = parseTimeOrRelative(text);
  return typeof time === 'function' ? time(now) : time;
}

function instantOf(text: string): Date | undefined {
  formats ??= [z.iso.datetime({ offset: true }), z.iso.date()];
  if (!formats.some((format) => format.safeParse(text).success)) return undefined;
  const instant = new Date(text);
  // A UTC offset can move the year below 0 or above 9999. The database would sort such years incorrectly.
  return /^\d{4}-/.test(instant.toISOString()) ? instant : undefined;
}

const startOfDay = (now: Date): Date => new Date(Math.floor(now.getTime() / dayMs) * dayMs);
const before = (now: Date, milliseconds: number): Date => new Date(now.getTime() - milliseconds);

const words: ReadonlyMap<string, RelativeTime> = new Map([
  ['now', (now) => now],
  ['today', startOfDay],
  ['yesterday', (now) => before(startOfDay(now), dayMs)],
]);

function relativeTimeOf(text: string): RelativeTime | undefined {
  const word = words.get(text.toLowerCase());
  if (word !== undefined) return word;
  try {
    const milliseconds = parseDuration(text);
    return (now) => before(now, milliseconds);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
