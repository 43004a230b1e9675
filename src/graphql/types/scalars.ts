import { isoTime } from '../../db/sqlite/database-time.ts';
import { durationExamples, formatDuration, parseDuration } from '../../shared/duration.ts';
import { instantExamples, parseInstant } from '../../shared/instant.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';

builder.scalarType('DateTime', {
  description:
    'A point in time in ISO 8601. Output is UTC, for example `2026-01-11T10:00:00.000Z`. Input can have any offset, for example `2026-01-11T11:00:00+01:00`. A date alone means 00:00 UTC on that day.',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    return value.endsWith('Z') ? value : isoTime(value);
  },
  parseValue: (value) => parsed(value, parseInstant, `is not an instant. Write it like ${instantExamples}`),
});

builder.scalarType('Duration', {
  description: `A length of time. As input, write ${durationExamples}. Output is ISO 8601. Zero, negative values, months and years are rejected.`,
  serialize: (value) => formatDuration(value),
  parseValue: (value) => parsed(value, parseDuration, `is not a duration. Write it like ${durationExamples}`),
});

function parsed<Value>(value: unknown, parse: (text: string) => Value, otherwise: string): Value {
  if (typeof value !== 'string') throw badUserInput(`${JSON.stringify(value)} ${otherwise}`, null);
  try {
    return parse(value);
  } catch (error) {
    throw badUserInput(error instanceof Error ? error.message : String(error), null);
  }
}
