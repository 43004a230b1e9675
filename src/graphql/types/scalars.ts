import { isoTime } from '../../db/sqlite/database-time.ts';
import { durationExamples, formatDuration, parseDuration } from '../../shared/duration.ts';
import { parseTimeOrRelative, timeExamples } from '../../shared/instant.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';
import { UnresolvedTime } from '../relative-times.ts';

builder.scalarType('DateTime', {
  description:
    'A point in time in ISO 8601. Output is UTC, for example `2026-01-11T10:00:00.000Z`. Input can have any offset, for example `2026-01-11T11:00:00+01:00`. A date alone, `today` and `yesterday` mean 00:00 UTC on that day. `now` and a duration before now, for example `7d` or `24h`, are allowed too.',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    return value.endsWith('Z') ? value : isoTime(value);
  },
  parseValue: (value) => parsed(value, timeOf, `is not a time. Write it like ${timeExamples}`),
});

builder.scalarType('Duration', {
  description: `A length of time. As input, write ${durationExamples}. Output is ISO 8601. Zero, negative values, months and years are rejected.`,
  serialize: (value) => formatDuration(value),
  parseValue: (value) => parsed(value, parseDuration, `is not a duration. Write it like ${durationExamples}`),
});

function timeOf(text: string): Date {
  const time = parseTimeOrRelative(text);
  return typeof time === 'function' ? new UnresolvedTime(time) : time;
}

function parsed<Value>(value: unknown, parse: (text: string) => Value, otherwise: string): Value {
  if (typeof value !== 'string') throw badUserInput(`${JSON.stringify(value)} ${otherwise}`, null);
  try {
    return parse(value);
  } catch (error) {
    throw badUserInput(error instanceof Error ? error.message : String(error), null);
  }
}
