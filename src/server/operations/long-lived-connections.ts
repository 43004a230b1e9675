import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Counts and limits the open WebSockets and event streams. Ends each connection when its token becomes invalid. */
export interface LongLivedConnections {
  /**
   * Counts a new connection. All tokens of a client count together. Calls `onTokenEnd` once if its token becomes invalid. Call the returned function when the
   * connection ends. Throws a TOO_MANY_CONNECTIONS error.
   */
  open(principal: Principal, address: string | undefined, onTokenEnd: () => void): () => void;
}

/** The reason for closing a connection with an invalid token. */
export const tokenEnded = 'The token has expired, was revoked or was changed';

export function createLongLivedConnections(
  { socketsPerToken, socketsPerAddress }: Pick<Limits, 'socketsPerToken' | 'socketsPerAddress'>,
  { watchToken }: Pick<Authentication, 'watchToken'>,
): LongLivedConnections {
  const byClient = createCounter();
  const byAddress = createCounter();
  return {
    open(principal, address = 'unknown', onTokenEnd) {
      const { name, tokenId, clientId } = principal;
      const isLimited = tokenId !== null;
      if (isLimited && byClient.count(clientId) >= socketsPerToken)
        throw tooMany(`of the client '${name}'`, socketsPerToken, 'MAX_SOCKETS_PER_TOKEN');
      if (byAddress.count(address) >= socketsPerAddress)
        throw tooMany(`from ${address}`, socketsPerAddress, 'MAX_SOCKETS_PER_ADDRESS');
      const releases = [
        byAddress.add(address),
        ...(isLimited ? [byClient.add(clientId)] : []),
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
    /** Adds one to the count of `key`. The returned function subtracts one, but only at its first call. */
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
    `The limit of ${limit} connections ${whose} is reached (${setting}). Close or share a connection`,
    { extensions: { code: 'TOO_MANY_CONNECTIONS' satisfies ResponseErrorCode, limit, setting } },
  );
}
