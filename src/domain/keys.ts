/**
 * Keys as users write them: with or without `T-`, in lower case, or followed by a slug.
 * Each function returns the key as the database stores it, or undefined for text that is not such a key.
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

/** Returns the key after the highest of `existing`, for example `E07-F03` after `E07-F02`. Numbers have at least `width` digits. */
export function nextKey(prefix: string, existing: readonly string[], width: number): string {
  const numbers = existing
    .filter((key) => key.startsWith(prefix))
    .map((key) => BigInt(/^\d+/.exec(key.slice(prefix.length))?.[0] ?? 0));
  const highest = numbers.reduce((one, other) => (one > other ? one : other), 0n);
  return `${prefix}${String(highest + 1n).padStart(width, '0')}`;
}
