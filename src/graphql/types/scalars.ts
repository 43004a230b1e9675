import { z } from 'zod';
import { durationExamples, formatDuration, parseDuration } from '../../duration.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';

const dateTime = z.iso.datetime({ offset: true });
const bareDate = z.iso.date();

builder.scalarType('DateTime', {
  description:
    'An instant in UTC, as ISO 8601 with milliseconds: `2026-01-11T10:00:00.000Z`. As input any offset is accepted (`2026-01-11T11:00:00+01:00`), and a bare date (`2026-01-11`) means the start of that day in UTC.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    if (
      typeof value === 'string' &&
      (dateTime.safeParse(value).success || bareDate.safeParse(value).success)
    ) {
      const instant = new Date(value);
      // With an offset the year may be one before 0 or after 9999, and then times are not in the order of their text.
      if (/^\d{4}-/.test(instant.toISOString())) return instant;
    }
    throw badUserInput(
      `${JSON.stringify(value)} is not an instant`,
      "Write it like '2026-01-11T10:00:00Z', or '2026-01-11' for the start of that day in UTC",
    );
  },
});

builder.scalarType('Duration', {
  description: `A length of time: ${durationExamples}. Printed as ISO 8601. Zero, negative lengths, months and years are refused.`,
  serialize: (value) => formatDuration(value),
  parseValue: (value) => {
    if (typeof value !== 'string')
      throw badUserInput(`${JSON.stringify(value)} is not a duration`, `Write it like ${durationExamples}`);
    try {
      return parseDuration(value);
    } catch (error) {
      throw badUserInput(error instanceof Error ? error.message : String(error), null);
    }
  },
});
