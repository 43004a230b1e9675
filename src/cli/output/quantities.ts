import { plain } from '../../shared/terminal-text.ts';

/** Formats a duration with at most two units, for example `2h 30m` or `45s`. Returns a dash for null. */
export function durationText(minutes: number | null): string {
  if (minutes === null) return '–';
  const seconds = Math.round(minutes * 60);
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole}m`;
  if (whole < 24 * 60) return `${Math.floor(whole / 60)}h ${whole % 60}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** Formats a time in UTC: `2026-01-11 10:00:00`. Returns a dash for null. */
export function timeText(instant: string | null): string {
  return instant === null ? '–' : plain(instant.slice(0, 19).replace('T', ' '));
}

export function percentText(percent: number | null): string {
  return percent === null ? '–' : `${percent}%`;
}

/** Formats a count with its noun: `1 session`, `3 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Draws a text bar for a share from 0 to 1. */
export function bar(share: number, width = 20): string {
  const filled = Math.round(share * width);
  return '█'.repeat(share > 0 ? Math.max(filled, 1) : 0).padEnd(width, '·');
}
