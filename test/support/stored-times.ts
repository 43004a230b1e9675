import fc from 'fast-check';

/*
 * Times as programs store them, each with the instant in milliseconds since 1970. The expected instants come from whole
 * numbers, not from a parser, so that the tests do not repeat the code.
 */
export interface StoredTime {
  readonly stored: string | number | null;
  /** Null if the value is no time. */
  readonly instant: number | null;
}

const second = 1_000;
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2200, 0, 1) }),
  fc
    .integer({ min: Date.UTC(1975, 0, 1) / second, max: Date.UTC(2200, 0, 1) / second })
    .map((at) => at * second),
  fc.integer({ min: Date.parse('0001-01-03T00:00:00Z'), max: Date.UTC(1_970, 0, 1) }),
  fc.integer({ min: Date.UTC(2200, 0, 1), max: Date.UTC(9_999, 11, 30) }),
  // The ends of months, and leap days.
  fc
    .tuple(fc.integer({ min: 1_980, max: 2_060 }), fc.integer({ min: 0, max: 11 }), fc.nat(86_399_999))
    .map(([year, month, ofDay]) => Date.UTC(year, month + 1, 0) + ofDay),
);

const offsets = fc
  .tuple(fc.integer({ min: -13, max: 13 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hours, minutes]) => hours * 60 + (hours < 0 ? -minutes : minutes));

/** The local time of an instant in a zone, as `2026-01-11 10:00:00.123`. */
function localTime(instant: number, offset = 0): string {
  return new Date(instant + offset * 60_000).toISOString().slice(0, -1).replace('T', ' ');
}

function offsetText(offset: number, separator: string): string {
  const minutes = Math.abs(offset);
  const two = (of: number) => String(of).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

type Format = (instant: number, offset: number, digits: string) => StoredTime;

const wholeSeconds = (instant: number) => Math.floor(instant / second) * second;
const wholeMinutes = (instant: number) => Math.floor(instant / 60_000) * 60_000;
const wholeHours = (offset: number) => Math.trunc(offset / 60) * 60;

/** A format without a zone, in UTC. */
const inUtc =
  (write: (text: string) => string, round: (instant: number) => number = (instant) => instant): Format =>
  (instant) => ({ stored: write(localTime(round(instant))), instant: round(instant) });
/** A format with a zone. */
const inZone =
  (
    write: (text: string, offset: number, digits: string) => string,
    round = (instant: number) => instant,
  ): Format =>
  (instant, offset, digits) => ({
    stored: write(localTime(round(instant), offset), offset, digits),
    instant: round(instant),
  });

export const readableFormats: Readonly<Record<string, Format>> = {
  'this program': inUtc((text) => `${text.replace(' ', 'T')}+00:00`),
  JavaScript: inUtc((text) => `${text.replace(' ', 'T')}Z`),
  CURRENT_TIMESTAMP: inUtc((text) => text.slice(0, 19), wholeSeconds),
  'without a zone': inUtc((text) => text),
  'T without a zone': inUtc((text) => text.replace(' ', 'T')),
  minutes: inUtc((text) => text.slice(0, 16), wholeMinutes),
  'minutes with a zone': inZone(
    (text, offset) => `${text.slice(0, 16)}${offsetText(offset, ':')}`,
    wholeMinutes,
  ),
  'a date': (instant) => ({
    stored: localTime(instant).slice(0, 10),
    instant: Math.floor(instant / 86_400_000) * 86_400_000,
  }),
  UTC: inUtc((text) => `${text.slice(0, 19)} UTC`, wholeSeconds),
  'one digit': (instant, offset) => {
    const tenths = Math.floor(instant / 100) * 100;
    return { stored: localTime(tenths, offset).slice(0, 21) + offsetText(offset, ':'), instant: tenths };
  },
  'a Go driver': inZone((text, offset, digits) => `${text}${digits}${offsetText(offset, ':')}`),
  'a Go driver in whole seconds': inZone(
    (text, offset) => `${text.slice(0, 19)}${offsetText(offset, ':')}`,
    wholeSeconds,
  ),
  Go: inZone((text, offset, digits) => `${text}${digits} ${offsetText(offset, '')} CEST`),
  'Go in UTC': inUtc((text) => `${text.slice(0, 19)} +0000 UTC`, wholeSeconds),
  'Go with a monotonic clock': inZone(
    (text, offset, digits) =>
      `${text}${digits} ${offsetText(offset, '')} ${offsetText(offset, '')} m=+84630.7`,
  ),
  Python: inZone(
    (text, offset, digits) => `${text.replace(' ', 'T')}${digits.slice(0, 3)}${offsetText(offset, ':')}`,
  ),
  'an offset without a colon': inZone((text, offset) => `${text.replace(' ', 'T')}${offsetText(offset, '')}`),
  PostgreSQL: (instant, offset) => ({
    stored: localTime(instant, wholeHours(offset)) + offsetText(wholeHours(offset), '').slice(0, 3),
    instant,
  }),
  'spaces around it': inUtc((text) => `  ${text}\n`),
  milliseconds: inNumbers((instant) => instant),
  seconds: inNumbers((instant) => instant / second, wholeSeconds),
  'a fraction of seconds': inNumbers((instant) => instant / second),
  'milliseconds as text': inNumbers((instant) => String(instant)),
  'seconds as text': inNumbers((instant) => String(instant / second), wholeSeconds),
};

/** A format of numbers. Milliseconds of times near 1970, and seconds far in the future, would be ambiguous. */
function inNumbers(
  write: (instant: number) => string | number,
  round = (instant: number) => instant,
): Format {
  return (instant) => {
    const at = round(Math.min(Math.max(Math.abs(instant), 100_000_000_000), 99_999_999_999_000));
    return { stored: write(at), instant: at };
  };
}

const valid = fc
  .tuple(
    fc.constantFrom(...Object.values(readableFormats)),
    instants,
    offsets,
    fc.nat(999_999).map((digits) => String(digits).padStart(6, '0')),
  )
  .map(([format, instant, offset, digits]) => format(instant, offset, digits));

/** Values that are no times. */
export const unreadableValues = [
  ...['', ' ', '18/01/2026', 'now', 'yesterday', '10:00', '10:00:00', 'Sun, 18 Jan 2026 10:00:00 GMT'],
  ...['0001-01-01 00:00:00+00:00', '0001-01-01 00:00:00 +0000 UTC', '0001-01-01T03:26:00+03:26'],
  ...[-62_135_596_800_000, -62_135_596_800, 1e300, -1e300, 9e15, 253_402_300_800_000],
  ...['0000-01-01 00:00:00', '10000-01-01 00:00:00', '-2026-01-01 00:00:00', '9999-12-31 23:59:59-01:00'],
  ...[
    '2026-02-29',
    '2026-02-30 10:00:00',
    '2026-04-31T10:00:00Z',
    '2026-02-30T10:00:00.000+00:00',
    '2026-01-11T24:30:00.000+00:00',
    '2026-01-11T10:61:00.000+00:00',
    '2026-01-1xT10:00:00.000+00:00',
    '2026-01-11T10:00:00.+00+00:00',
    '2026-13-01 00:00:00',
    '2026-00-01',
    '2026-01-00',
  ],
  ...[
    '2026-01-11 24:00:01',
    '2026-01-11 24:30',
    '2026-01-11 25:00:00',
    '2026-01-11 10:60:00',
    '2026-01-11 10:59:60',
  ],
  ...[
    '2026-01-11 10:00:00+15:00',
    '2026-01-11 10:00:00 +1500 X',
    '2026-01-11 10:00:00+01:60',
    '2026-01-11 10:00:00 CET',
  ],
  ...[
    '2026-01-11T',
    '2026-01-11Z',
    '2026-01-11 10',
    '2026-01-11  10:00:00',
    '2026-01-11\t10:00:00',
    '2026-1-1 1:00:00',
  ],
  ...[
    '2026-01-11 10:00:00.',
    '2026-01-11 10:00.5',
    '2026-01-11 10:00:00,5',
    '2026-01-11 10:00:00+0',
    '２026-01-11',
  ],
  ...['1e10', '0x10', '1_000', '-', '+', '.', '1.2.3', '12a'],
] as const;

const unreadable = fc.oneof(
  fc.constantFrom(...unreadableValues, null),
  fc.string({ maxLength: 30 }).filter((text) => !/\d/.test(text)),
);

/** Readable and unreadable times. */
export const storedTimes: fc.Arbitrary<StoredTime> = fc.oneof(
  { arbitrary: valid, weight: 5 },
  { arbitrary: unreadable.map((stored) => ({ stored, instant: null })), weight: 1 },
);

/** Times that are damaged in one place. Whether they can be read is not known. */
export const damagedTimes: fc.Arbitrary<string | number> = fc
  .tuple(valid, fc.nat(30), fc.constantFrom('', '0', '9', '-', ':', ' ', '.', '+', 'T', 'Z', 'x', '\t', '\0'))
  .map(([{ stored }, at, put]) =>
    typeof stored === 'string' ? stored.slice(0, at) + put + stored.slice(at + 1) : (stored ?? 0) + at / 7,
  );
