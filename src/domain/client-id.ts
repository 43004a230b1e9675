/**
 * The id of every client without a token: of a server that requires no tokens, and of a command that opens the database
 * file.
 */
export const anybody = 'anybody';

/**
 * Returns the id of the client whose entry in the token file has this name. A client that gets a new token under the
 * same name stays the same client.
 */
export function tokenFileClientId(name: string): string {
  return `token ${JSON.stringify(name)}`;
}

/** Returns the id of the client whose JSON Web Tokens have this issuer and subject. All its tokens are one client. */
export function jsonWebTokenClientId(issuer: string, subject: string): string {
  return `jwt ${JSON.stringify(issuer)} ${JSON.stringify(subject)}`;
}
