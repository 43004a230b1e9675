import * as z from 'zod';

/** The formats, which take longer to create than to use. */
let formats: readonly z.ZodType[] | undefined;

export const instantExamples = "'2026-01-11T10:00:00Z', or '2026-01-11' for the start of that day in UTC";

/** Formats a time for people: `2026-01-11 10:00:00`, in UTC. */
export function utcText(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** Parses an ISO 8601 time or date. A date is the start of the day in UTC. Throws RangeError for other text. */
export function parseInstant(text: string): Date {
  formats ??= [z.iso.datetime({ offset: true }), z.iso.date()];
  if (formats.some((format) => format.safeParse(text).success)) {
    const instant = new Date(text);
    // A UTC offset can move the year below 0 or above 9999. The database would sort such years incorrectly.
    if (/^\d{4}-/.test(instant.toISOString())) return instant;
  }
  throw new RangeError(`${JSON.stringify(text)} is not an instant. Write it like ${instantExamples}`);
}
