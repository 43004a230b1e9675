import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** WebSockets and event streams: their number is limited, and each ends with its token. */
export interface LongLivedConnections {
  /**
   * Counts a connection, and calls `onTokenEnd` once if its token ends first. Returns a function to call at the end of
   * the connection. Throws a TOO_MANY_CONNECTIONS error.
   */
  open(principal: Principal, address: string | undefined, onTokenEnd: () => void): () => void;
}

/** The reason that clients get when their token ends a connection. */
export const tokenEnded = 'The token has expired, or was revoked or changed';

export function createLongLivedConnections(
  { socketsPerToken, socketsPerAddress }: Pick<Limits, 'socketsPerToken' | 'socketsPerAddress'>,
  { watchToken }: Pick<Authentication, 'watchToken'>,
): LongLivedConnections {
  const byToken = createCounter();
  const byAddress = createCounter();
  return {
    open(principal, address = 'unknown', onTokenEnd) {
      const { name, tokenId } = principal;
      if (tokenId !== null && byToken.count(tokenId) >= socketsPerToken)
        throw tooMany(`with the token '${name}'`, socketsPerToken, 'MAX_SOCKETS_PER_TOKEN');
      if (byAddress.count(address) >= socketsPerAddress)
        throw tooMany(`from ${address}`, socketsPerAddress, 'MAX_SOCKETS_PER_ADDRESS');
      const releases = [
        byAddress.add(address),
        ...(tokenId === null ? [] : [byToken.add(tokenId)]),
        watchToken(principal, onTokenEnd),
      ];
      return () => {
        for (const release of releases) release();
      };
    },
  };
}

function createCounter() {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  return {
    count,
    /**
     * Adds one to the count. Returns a function that subtracts one again; further calls of this function do nothing.
     */
    add(key: string) {
      counts.set(key, count(key) + 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        if (count(key) > 1) counts.set(key, count(key) - 1);
        else counts.delete(key);
      };
    },
  };
}

function tooMany(whose: string, limit: number, setting: string): GraphQLError {
  return new GraphQLError(
    `The limit of ${limit} connections ${whose} is reached (${setting}). Close one, or share one`,
    { extensions: { code: 'TOO_MANY_CONNECTIONS' satisfies ResponseErrorCode, limit } },
  );
}
