import { createHash, randomBytes } from 'node:crypto';

/** The prefix of all tokens, by which secret scanners recognise a leaked token. */
const prefix = 'shark_';

/** Creates a token of 256 random bits. */
export function makeToken(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Returns the hash under which a token is stored. Random tokens need no salt. */
export function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
