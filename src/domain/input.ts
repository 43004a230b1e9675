import { term, type TermName, termOr, wording } from '../shared/wording.ts';
import { InvalidInputError } from './errors.ts';

/** The maximum length of each kind of value, in characters. */
export const limits = { key: 64, agent: 128, idempotencyKey: 128, title: 500, text: 10_000 } as const;

/** Throws InvalidInputError if the text is blank or too long, or if SQLite would change it. */
export function checkText(field: TermName, value: string, longest: number): string {
  if (value.trim() === '')
    throw new InvalidInputError(
      field,
      wording`${term(field)} is blank`,
      wording`Give ${term(field)} between 1 and ${longest} characters`,
    );
  const { length } = Array.from(value);
  if (length > longest)
    throw new InvalidInputError(
      field,
      wording`${term(field)} has ${length} characters, starting with '${value.slice(0, 20)}'`,
      wording`${term(field)} may have ${longest} characters at most`,
    );
  // SQLite would change NUL characters and halves of surrogate pairs.
  if (value.includes('\0') || !value.isWellFormed())
    throw new InvalidInputError(
      field,
      wording`${term(field)} contains ${value.includes('\0') ? 'a NUL character' : 'half of a UTF-16 surrogate pair'}`,
      wording`Send ${term(field)} as valid Unicode text without NUL characters`,
    );
  return value;
}

export function checkOptionalText(
  field: TermName,
  value: string | null | undefined,
  longest: number,
): string | null {
  return value === null || value === undefined ? null : checkText(field, value, longest);
}

/** Throws InvalidInputError if the time window ends before it starts. */
export function checkWindow(
  [sinceField, since]: readonly [field: TermName, since: Date | null | undefined],
  [untilField, until]: readonly [field: TermName | 'now', until: Date | null | undefined],
): void {
  if (!since || !until || since <= until) return;
  throw new InvalidInputError(
    sinceField,
    wording`${term(sinceField)} (${since.toISOString()}) is after ${termOr(untilField)} (${until.toISOString()})`,
    wording`Give a ${term(sinceField)} that is not after ${termOr(untilField)}`,
  );
}

export function checkTaskKey(value: string, field: TermName = 'taskKey'): string {
  return checkKey(field, value, normalizeTaskKey, 'T-E07-F20-001');
}

export function checkFeatureKey(value: string, field: TermName = 'featureKey'): string {
  return checkKey(field, value, normalizeFeatureKey, 'E07-F20');
}

export function checkEpicKey(value: string, field: TermName = 'epicKey'): string {
  return checkKey(field, value, normalizeEpicKey, 'E07');
}

function checkKey(
  field: TermName,
  value: string,
  normalize: (text: string) => string | undefined,
  example: string,
): string {
  const key = normalize(checkText(field, value, limits.key));
  if (key === undefined)
    throw new InvalidInputError(
      field,
      wording`${term(field)} '${value}' is not a key`,
      `Keys look like ${example}`,
    );
  return key;
}

/*
 * Users write keys without `T-`, in lower case or with a slug. Each `normalize` function returns the key as the database
 * stores it, or undefined for other text.
 */

const taskKey = /^(?:T-)?(E\d+-F\d+-\d+)(?:-[A-Z0-9][A-Z0-9_-]*)?$/;
const featureKey = /^(E\d+-F\d+)(?:-[A-Z0-9][A-Z0-9_-]*)?$/;
const epicKey = /^(E\d+)(?:-[A-Z0-9][A-Z0-9_-]*)?$/;

export function normalizeTaskKey(text: string): string | undefined {
  const key = taskKey.exec(text.trim().toUpperCase())?.[1];
  return key === undefined ? undefined : `T-${key}`;
}

export function normalizeFeatureKey(text: string): string | undefined {
  return featureKey.exec(text.trim().toUpperCase())?.[1];
}

export function normalizeEpicKey(text: string): string | undefined {
  return epicKey.exec(text.trim().toUpperCase())?.[1];
}

/**
 * Returns the key after the highest one in `existing`, such as `E07-F03` after `E07-F02`. The last number of
 * the key has at least `width` digits.
 */
export function nextKey(prefix: string, existing: readonly string[], width: number): string {
  const numbers = existing
    .filter((key) => key.startsWith(prefix))
    .map((key) => BigInt(/^\d+/.exec(key.slice(prefix.length))?.[0] ?? 0));
  const highest = numbers.reduce((one, other) => (one > other ? one : other), 0n);
  return `${prefix}${String(highest + 1n).padStart(width, '0')}`;
}
