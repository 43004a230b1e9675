import type { Clock, Timer } from '../../shared/clock.ts';
import { UnauthenticatedError } from './errors.ts';
import { createJsonWebTokenCheck, isJsonWebToken, type JsonWebTokenSettings } from './json-web-tokens.ts';
import { type KnownTokensOptions, readKnownTokens } from './known-tokens.ts';
import { anybody, type Viewer } from '../../domain/principal.ts';

/** Who is let in. With neither of the two, everybody. */
export interface AccessSettings {
  tokensFile: string | undefined;
  jsonWebTokens: JsonWebTokenSettings | undefined;
}

/** Knows who asks, and for how long. */
export interface Access {
  /** Whether no tokens are asked for. */
  readonly isOpen: boolean;
  /** Whose token this is. Throws UnauthenticatedError, AuthenticationUnavailableError. */
  viewerOf(token: string | undefined): Promise<Viewer>;
  /** Calls `onEnd` once when this viewer's token expires, is revoked or is changed; returns what calls it off. */
  untilRevoked(viewer: Viewer, onEnd: () => void): () => void;
  close(): void;
}

export interface AccessOptions extends Pick<KnownTokensOptions, 'onChange' | 'onError'> {
  clock: Clock;
}

/** How often those who stay are looked after, in milliseconds. */
const lookEveryMs = 1_000;

/** Throws AccessSettingsError. */
export async function createAccess(
  { tokensFile, jsonWebTokens }: AccessSettings,
  { clock, ...events }: AccessOptions,
): Promise<Access> {
  const known =
    tokensFile === undefined ? undefined : await readKnownTokens({ path: tokensFile, clock, ...events });
  const check = jsonWebTokens === undefined ? undefined : await createJsonWebTokenCheck(jsonWebTokens, clock);
  if (known === undefined && check === undefined) return openAccess;

  const isExpired = ({ expiresAt }: Viewer) => expiresAt !== null && expiresAt <= clock.now();
  /** Of a token that is no JSON Web Token, or came when none are taken. */
  const ownerOf = (token: string): Viewer => {
    const viewer = known?.ownerOf(token);
    if (viewer === undefined)
      throw new UnauthenticatedError(
        "The token is not known here: it was mistyped, or revoked. The operator makes a new one with 'shark token'",
      );
    if (isExpired(viewer))
      throw new UnauthenticatedError(
        `The token '${viewer.name}' expired at ${viewer.expiresAt?.toISOString()}. The operator makes a new one with 'shark token'`,
      );
    return viewer;
  };

  /** They stand on no list that they could be taken from: their end is in their token. */
  const unlisted = new WeakSet<Viewer>();
  const staying = createStaying(
    clock,
    (viewer) => !isExpired(viewer) && (unlisted.has(viewer) || known?.has(viewer) === true),
  );

  return {
    isOpen: false,
    async viewerOf(token) {
      if (token === undefined)
        throw new UnauthenticatedError(
          'No token was sent. Send one as Authorization: Bearer …, in GraphiQL under Headers, on a socket as {"authorization":"Bearer …"} in the payload of connection_init',
          { isMissing: true },
        );
      if (check === undefined || !isJsonWebToken(token)) return ownerOf(token);
      const viewer = await check(token);
      unlisted.add(viewer);
      return viewer;
    },
    untilRevoked: staying.add,
    close() {
      known?.close();
      staying.close();
    },
  };
}

const openAccess: Access = {
  isOpen: true,
  viewerOf: async () => anybody,
  untilRevoked: () => () => {},
  close() {},
};

/** Looks once a second after whoever is there, as long as there is somebody, and sends away who may not stay. */
function createStaying(clock: Clock, mayStay: (viewer: Viewer) => boolean) {
  const guests = new Map<object, { viewer: Viewer; onEnd: () => void }>();
  let timer: Timer | undefined;

  const look = () => {
    timer = undefined;
    for (const [key, { viewer, onEnd }] of guests) {
      if (mayStay(viewer)) continue;
      guests.delete(key);
      onEnd();
    }
    wait();
  };
  const wait = () => {
    if (guests.size > 0) timer ??= clock.setTimer(lookEveryMs, look, { background: true });
  };

  return {
    add(viewer: Viewer, onEnd: () => void) {
      const key = {};
      guests.set(key, { viewer, onEnd });
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
