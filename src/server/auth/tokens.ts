import { createHash, randomBytes } from 'node:crypto';

/** Tells a reader, and programs that look for lost secrets, what it is. */
const prefix = 'shark_';

/** A new token, of 256 bits that nobody can guess. */
export function makeToken(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is kept of a token. No salt: there is nothing to guess in a text of chance. */
export function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
