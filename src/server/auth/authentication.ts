import { unrestrictedPrincipal, type Principal } from '../../domain/principal.ts';
import type { Clock } from '../../shared/clock.ts';
import { UnauthenticatedError } from './errors.ts';
import type { JsonWebTokenSettings } from './json-web-tokens.ts';
import { createRevocationWatch } from './revocation-watch.ts';
import { type TokenFileWatcherOptions, watchTokenFile } from './token-file-watcher.ts';

/** Where the valid tokens come from. If both properties are undefined, the server requires no tokens. */
export interface AuthenticationSettings {
  tokensFile: string | undefined;
  jsonWebTokens: JsonWebTokenSettings | undefined;
}

/** Checks the tokens of clients, at the start of a connection and while it is open. */
export interface Authentication {
  /** Whether clients need a token. If false, every client may do everything. */
  readonly isRequired: boolean;
  /** Returns the client that the token identifies. Throws UnauthenticatedError, AuthenticationUnavailableError. */
  principalOf(token: string | undefined): Promise<Principal>;
  /**
   * Calls `onTokenEnd` once when the token expires, is revoked or is changed. Returns a function that stops watching
   * the token.
   */
  watchToken(principal: Principal, onTokenEnd: () => void): () => void;
  close(): void;
}

export interface AuthenticationOptions extends Pick<TokenFileWatcherOptions, 'onChange' | 'onError'> {
  clock: Clock;
}

/** Throws AuthenticationSettingsError. */
export async function createAuthentication(
  { tokensFile, jsonWebTokens }: AuthenticationSettings,
  { clock, ...events }: AuthenticationOptions,
): Promise<Authentication> {
  const tokenFile =
    tokensFile === undefined ? undefined : await watchTokenFile({ path: tokensFile, clock, ...events });
  const jsonWebTokenCheck =
    jsonWebTokens === undefined ? undefined : await loadJsonWebTokenCheck(jsonWebTokens, clock);
  if (tokenFile === undefined && jsonWebTokenCheck === undefined) return noAuthentication;

  const isExpired = ({ expiresAt }: Principal) => expiresAt !== null && expiresAt <= clock.now();
  const findInTokenFile = (token: string): Principal => {
    const principal = tokenFile?.principalOf(token);
    if (principal === undefined)
      throw new UnauthenticatedError(
        "The token is unknown: it is mistyped or was revoked. The operator can create a new token with 'shark token'",
      );
    if (isExpired(principal))
      throw new UnauthenticatedError(
        `The token '${principal.name}' expired at ${principal.expiresAt?.toISOString()}. The operator can create a new token with 'shark token'`,
      );
    return principal;
  };

  /** The clients that sent a JSON Web Token, which is valid until it expires. */
  const fromJsonWebTokens = new WeakSet<Principal>();
  const revocations = createRevocationWatch(
    clock,
    (principal) =>
      !isExpired(principal) && (fromJsonWebTokens.has(principal) || tokenFile?.has(principal) === true),
  );

  return {
    isRequired: true,
    async principalOf(token) {
      if (token === undefined)
        throw new UnauthenticatedError(
          'The request has no token. Send the header Authorization: Bearer <token>. In GraphiQL, enter the header under Headers. On a WebSocket, send {"authorization":"Bearer …"} as the payload of connection_init',
          { isMissing: true },
        );
      if (jsonWebTokenCheck === undefined || !jsonWebTokenCheck.isJsonWebToken(token))
        return findInTokenFile(token);
      const principal = await jsonWebTokenCheck.check(token);
      fromJsonWebTokens.add(principal);
      return principal;
    },
    watchToken: revocations.add,
    close() {
      tokenFile?.close();
      revocations.close();
    },
  };
}

/** Loads the code for JSON Web Tokens only if the server accepts them. Throws AuthenticationSettingsError. */
async function loadJsonWebTokenCheck(settings: JsonWebTokenSettings, clock: Clock) {
  const { createJsonWebTokenCheck, isJsonWebToken } = await import('./json-web-tokens.ts');
  return { check: await createJsonWebTokenCheck(settings, clock), isJsonWebToken };
}

/** Returns the token in the header `Authorization: Bearer …`, or undefined if the header has another form. */
export function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined;
}

const noAuthentication: Authentication = {
  isRequired: false,
  principalOf: async () => unrestrictedPrincipal,
  watchToken: () => () => {},
  close() {},
};
