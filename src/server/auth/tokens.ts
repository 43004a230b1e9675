import { createHash, randomBytes } from 'node:crypto';

/** All tokens start with this prefix, so that secret scanners recognise a leaked token. */
const prefix = 'shark_';

/** Creates a token of 256 random bits. */
export function makeToken(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** The hash that is stored instead of the token. It needs no salt, because a random token is in no dictionary. */
export function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
