import { z } from 'zod';

const dateTime = z.iso.datetime({ offset: true });
const bareDate = z.iso.date();

export const instantExamples = "'2026-01-11T10:00:00Z', or '2026-01-11' for the start of that day in UTC";

/**
 * Reads an instant as ISO 8601 with any offset, or a bare date, which means the start of that day in UTC.
 * Throws RangeError, with a message for the person who wrote the text, for anything else.
 */
export function parseInstant(text: string): Date {
  if (dateTime.safeParse(text).success || bareDate.safeParse(text).success) {
    const instant = new Date(text);
    // With an offset the year may be one before 0 or after 9999, and then times are not in the order of their text.
    if (/^\d{4}-/.test(instant.toISOString())) return instant;
  }
  throw new RangeError(`${JSON.stringify(text)} is not an instant. Write it like ${instantExamples}`);
}
