import type { Clock, Timer } from '../../shared/clock.ts';
import { UnauthenticatedError } from './errors.ts';
import { createJsonWebTokenCheck, isJsonWebToken, type JsonWebTokenSettings } from './json-web-tokens.ts';
import { type TokenFileWatcherOptions, watchTokenFile } from './token-file-watcher.ts';
import { unrestrictedPrincipal, type Principal } from '../../domain/principal.ts';

/** Who is let in. With neither of the two, everybody. */
export interface AuthenticationSettings {
  tokensFile: string | undefined;
  jsonWebTokens: JsonWebTokenSettings | undefined;
}

/** Knows who asks, and for how long. */
export interface Authentication {
  /** Whether no tokens are asked for. */
  readonly isOpen: boolean;
  /** Whose token this is. Throws UnauthenticatedError, AuthenticationUnavailableError. */
  principalOf(token: string | undefined): Promise<Principal>;
  /** Calls `onEnd` once when this viewer's token expires, is revoked or is changed; returns what calls it off. */
  untilRevoked(principal: Principal, onEnd: () => void): () => void;
  close(): void;
}

export interface AuthenticationOptions extends Pick<TokenFileWatcherOptions, 'onChange' | 'onError'> {
  clock: Clock;
}

/** How often those who stay are looked after, in milliseconds. */
const lookEveryMs = 1_000;

/** Throws AuthenticationSettingsError. */
export async function createAuthentication(
  { tokensFile, jsonWebTokens }: AuthenticationSettings,
  { clock, ...events }: AuthenticationOptions,
): Promise<Authentication> {
  const known =
    tokensFile === undefined ? undefined : await watchTokenFile({ path: tokensFile, clock, ...events });
  const check = jsonWebTokens === undefined ? undefined : await createJsonWebTokenCheck(jsonWebTokens, clock);
  if (known === undefined && check === undefined) return openAccess;

  const isExpired = ({ expiresAt }: Principal) => expiresAt !== null && expiresAt <= clock.now();
  /** Of a token that is no JSON Web Token, or came when none are taken. */
  const ownerOf = (token: string): Principal => {
    const principal = known?.ownerOf(token);
    if (principal === undefined)
      throw new UnauthenticatedError(
        "The token is not known here: it was mistyped, or revoked. The operator makes a new one with 'shark token'",
      );
    if (isExpired(principal))
      throw new UnauthenticatedError(
        `The token '${principal.name}' expired at ${principal.expiresAt?.toISOString()}. The operator makes a new one with 'shark token'`,
      );
    return principal;
  };

  /** They stand on no list that they could be taken from: their end is in their token. */
  const unlisted = new WeakSet<Principal>();
  const staying = createStaying(
    clock,
    (principal) => !isExpired(principal) && (unlisted.has(principal) || known?.has(principal) === true),
  );

  return {
    isOpen: false,
    async principalOf(token) {
      if (token === undefined)
        throw new UnauthenticatedError(
          'No token was sent. Send one as Authorization: Bearer …, in GraphiQL under Headers, on a socket as {"authorization":"Bearer …"} in the payload of connection_init',
          { isMissing: true },
        );
      if (check === undefined || !isJsonWebToken(token)) return ownerOf(token);
      const principal = await check(token);
      unlisted.add(principal);
      return principal;
    },
    untilRevoked: staying.add,
    close() {
      known?.close();
      staying.close();
    },
  };
}

const openAccess: Authentication = {
  isOpen: true,
  principalOf: async () => unrestrictedPrincipal,
  untilRevoked: () => () => {},
  close() {},
};

/** Looks once a second after whoever is there, as long as there is somebody, and sends away who may not stay. */
function createStaying(clock: Clock, mayStay: (principal: Principal) => boolean) {
  const guests = new Map<object, { principal: Principal; onEnd: () => void }>();
  let timer: Timer | undefined;

  const look = () => {
    timer = undefined;
    for (const [key, { principal, onEnd }] of guests) {
      if (mayStay(principal)) continue;
      guests.delete(key);
      onEnd();
    }
    wait();
  };
  const wait = () => {
    if (guests.size > 0) timer ??= clock.setTimer(lookEveryMs, look, { unref: true });
  };

  return {
    add(principal: Principal, onEnd: () => void) {
      const key = {};
      guests.set(key, { principal, onEnd });
      wait();
      return () => {
        guests.delete(key);
      };
    },
    close() {
      timer?.cancel();
      guests.clear();
    },
  };
}
