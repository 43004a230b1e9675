import type { ExpectedErrorCode } from './expected-error.ts';

/** The error codes that docs/troubleshooting.md explains. Each has a heading with its name. */
export const explainedCodes = [
  'SETTINGS',
  'NO_DATABASE',
  'DATABASE',
  'DATABASE_BUSY',
  'DATABASE_FULL',
  'DATABASE_READ_ONLY',
  'DATABASE_GONE',
  'DATABASE_CORRUPT',
  'DATABASE_CHANGED',
  'DATABASE_UNAVAILABLE',
  'FILE',
  'UNREACHABLE',
  'EPIC_NOT_FOUND',
  'FEATURE_NOT_FOUND',
  'TASK_NOT_FOUND',
  'BAD_USER_INPUT',
] as const satisfies readonly ExpectedErrorCode[];

const explained: ReadonlySet<string> = new Set(explainedCodes);

/** Returns the section of docs/troubleshooting.md that explains an error code, or null if none does. */
export function troubleshootingSection(code: string): string | null {
  return explained.has(code) ? `docs/troubleshooting.md#${code.toLowerCase()}` : null;
}
