import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Limits } from '../../graphql/limits/limits.ts';

/** Counts the connections that stay: sockets, and streams of events. */
export interface ConnectionLimit {
  /** Returns what is to be called at the end of the connection. Throws a TOO_MANY_CONNECTIONS error. */
  open(principal: Principal, address: string | undefined): () => void;
}

export function createConnectionLimit({
  socketsPerToken,
  socketsPerAddress,
}: Pick<Limits, 'socketsPerToken' | 'socketsPerAddress'>): ConnectionLimit {
  const ofToken = createCounter();
  const ofAddress = createCounter();
  return {
    open({ name, tokenId }, address = 'unknown') {
      if (tokenId !== null && ofToken.count(tokenId) >= socketsPerToken)
        throw tooMany(`with the token '${name}'`, socketsPerToken, 'MAX_SOCKETS_PER_TOKEN');
      if (ofAddress.count(address) >= socketsPerAddress)
        throw tooMany(`from ${address}`, socketsPerAddress, 'MAX_SOCKETS_PER_ADDRESS');
      const ends = [ofAddress.add(address), ...(tokenId === null ? [] : [ofToken.add(tokenId)])];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function createCounter() {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  return {
    count,
    /** Returns what takes it off again, once. */
    add(key: string) {
      counts.set(key, count(key) + 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        if (count(key) > 1) counts.set(key, count(key) - 1);
        else counts.delete(key);
      };
    },
  };
}

function tooMany(whose: string, limit: number, setting: string): GraphQLError {
  return new GraphQLError(
    `${limit} connections ${whose} are open (${setting}). Close one, or send several operations on one`,
    { extensions: { code: 'TOO_MANY_CONNECTIONS', limit } },
  );
}
