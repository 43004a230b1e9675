import { normalizeEpicKey, normalizeFeatureKey, normalizeTaskKey } from './keys.ts';
import { InvalidInputError } from './errors.ts';

/** Longest values accepted, in characters. */
export const limits = { key: 64, agent: 128, idempotencyKey: 128, title: 500, text: 10_000 } as const;

/** Throws InvalidInputError for text that is blank, too long, or that the database could not give back as it came. */
export function checkText(field: string, value: string, longest: number): string {
  if (value.trim() === '')
    throw new InvalidInputError(
      field,
      `${field} is blank`,
      `Give ${field} between 1 and ${longest} characters`,
    );
  const { length } = Array.from(value);
  if (length > longest)
    throw new InvalidInputError(
      field,
      `${field} has ${length} characters, starting with '${value.slice(0, 20)}'`,
      `${field} may have ${longest} characters at most`,
    );
  if (value.includes('\0') || !value.isWellFormed())
    throw new InvalidInputError(
      field,
      `${field} contains ${value.includes('\0') ? 'a NUL character' : 'half of a surrogate pair'}`,
      `Send ${field} as plain Unicode text`,
    );
  return value;
}

export function checkOptionalText(
  field: string,
  value: string | null | undefined,
  longest: number,
): string | null {
  return value === null || value === undefined ? null : checkText(field, value, longest);
}

/** Throws InvalidInputError for a time that ends before it begins. */
export function checkWindow(
  [sinceField, since]: readonly [field: string, since: Date | null | undefined],
  [untilField, until]: readonly [field: string, until: Date | null | undefined],
): void {
  if (!since || !until || since <= until) return;
  throw new InvalidInputError(
    sinceField,
    `${sinceField} (${since.toISOString()}) is after ${untilField} (${until.toISOString()})`,
    `Give a ${sinceField} that is not after ${untilField}`,
  );
}

export function checkTaskKey(value: string, field = 'taskKey'): string {
  return checkKey(field, value, normalizeTaskKey, 'T-E07-F20-001');
}

export function checkFeatureKey(value: string, field = 'featureKey'): string {
  return checkKey(field, value, normalizeFeatureKey, 'E07-F20');
}

export function checkEpicKey(value: string, field = 'epicKey'): string {
  return checkKey(field, value, normalizeEpicKey, 'E07');
}

function checkKey(
  field: string,
  value: string,
  normalize: (text: string) => string | undefined,
  example: string,
): string {
  const key = normalize(checkText(field, value, limits.key));
  if (key === undefined)
    throw new InvalidInputError(field, `${field} '${value}' is not a key`, `Keys look like ${example}`);
  return key;
}
