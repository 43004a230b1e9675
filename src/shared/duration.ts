import { shortValue } from './short-values.ts';

const millisecondsPer = {
  W: 7 * 24 * 3_600_000,
  D: 24 * 3_600_000,
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
} as const;

const short = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d{1,3})?)s)?$/i;
const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/i;
const calendarUnits = /^P[^T]*[YM]/i;

/** The length of the longest value in an error message. Durations are shorter. */
const longestShown = 40;

/** The longest allowed duration: 100 years. */
const longestMs = 36_525 * millisecondsPer.D;

export const durationExamples = "'4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'";

/**
 * Parses a duration, for example `4h`, `1h30m` or `PT4H` (ISO 8601). Returns milliseconds.
 *
 * Throws RangeError for any other text, for zero, for units longer than weeks, and for durations over 100 years.
 */
export function parseDuration(text: string): number {
  if (calendarUnits.test(text))
    throw new RangeError(
      `'${shortValue(text, longestShown)}' contains years or months, whose length varies: use weeks, days or hours, for example 'P30D'`,
    );
  const parts = text === '' ? null : (short.exec(text) ?? iso.exec(text));
  if (parts === null || !/\d/.test(text))
    throw new RangeError(
      `'${shortValue(text, longestShown)}' is not a duration: write it like ${durationExamples}`,
    );
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const milliseconds = Math.round(
    Number(weeks) * millisecondsPer.W +
      Number(days) * millisecondsPer.D +
      Number(hours) * millisecondsPer.H +
      Number(minutes) * millisecondsPer.M +
      Number(seconds) * millisecondsPer.S,
  );
  if (milliseconds <= 0)
    throw new RangeError(`'${shortValue(text, longestShown)}' is zero: enter a longer duration`);
  if (milliseconds > longestMs)
    throw new RangeError(
      `'${shortValue(text, longestShown)}' is more than 100 years: enter a shorter duration`,
    );
  return milliseconds;
}

/** Formats milliseconds as ISO 8601, in days, hours, minutes and seconds: `PT4H`, `P1DT30M`, `PT0.5S`. */
export function formatDuration(milliseconds: number): string {
  const days = Math.floor(milliseconds / millisecondsPer.D);
  const hours = Math.floor((milliseconds % millisecondsPer.D) / millisecondsPer.H);
  const minutes = Math.floor((milliseconds % millisecondsPer.H) / millisecondsPer.M);
  const seconds = (milliseconds % millisecondsPer.M) / millisecondsPer.S;
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  if (days === 0 && time === '') return 'PT0S';
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

/** Formats a duration for people with at most two units, for example `2 d 4 h` or `18 min`. */
export function readableDuration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / millisecondsPer.M);
  if (minutes < 1) return milliseconds > 0 ? 'less than a minute' : 'no time';
  if (minutes >= 24 * 60) {
    const hours = Math.round(milliseconds / millisecondsPer.H);
    return inUnits([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
  }
  return inUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

function inUnits(...parts: readonly (readonly [count: number, unit: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
