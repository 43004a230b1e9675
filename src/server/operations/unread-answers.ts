import { GraphQLError } from 'graphql';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Counts the bytes in large answers that clients have not read yet. These answers are in the server's memory. */
export interface UnreadAnswers {
  /** Throws an ANSWERS_NOT_READ error if the client must read its answers before its next operation. */
  check(client: string): void;
  /** Counts an answer. Call the returned function when the client has read it or has disconnected. */
  add(client: string, bytes: number): () => void;
}

/** Smaller answers are not counted, because other limits apply to the number of connections. */
export const leastCountedBytes = 16 * 1_024;

export function createUnreadAnswers({
  unreadBytesPerToken,
  unreadBytes,
}: Pick<Limits, 'unreadBytesPerToken' | 'unreadBytes'>): UnreadAnswers {
  const byClient = new Map<string, number>();
  let inAll = 0;
  const change = (client: string, bytes: number) => {
    inAll += bytes;
    const sum = (byClient.get(client) ?? 0) + bytes;
    if (sum > 0) byClient.set(client, sum);
    else byClient.delete(client);
  };
  return {
    check(client) {
      const own = byClient.get(client) ?? 0;
      if (own > unreadBytesPerToken)
        throw notRead('This client has', own, unreadBytesPerToken, 'MAX_UNREAD_BYTES_PER_TOKEN');
      // A client that reads its answers is never refused because of the others.
      if (own > 0 && inAll > unreadBytes)
        throw notRead('All clients together have', inAll, unreadBytes, 'MAX_UNREAD_BYTES');
    },
    add(client, bytes) {
      change(client, bytes);
      let isRead = false;
      return () => {
        if (!isRead) change(client, -bytes);
        isRead = true;
      };
    },
  };
}

function notRead(whose: string, found: number, limit: number, setting: string): GraphQLError {
  return new GraphQLError(
    `${whose} not read ${megabytes(found)} of the answers that the server has sent; the limit is ${megabytes(limit)}. Read the answers, or close their connections. The operator can change the limit with ${setting}`,
    {
      extensions: {
        code: 'ANSWERS_NOT_READ' satisfies ResponseErrorCode,
        limit,
        found,
        setting,
        http: { status: 429 },
      },
    },
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 104_857.6) / 10} MB`;
}
