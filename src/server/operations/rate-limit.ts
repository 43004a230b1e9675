import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Limits the number of requests in a minute. The RATE_LIMITED error contains the seconds to wait. */
export interface RateLimit {
  /**
   * Counts a request or operation with a valid token. All tokens of a client count together. Throws a RATE_LIMITED
   * error. Does nothing if the server requires no tokens.
   */
  countPrincipal(principal: Principal): void;
  /**
   * Counts a request without a valid token, so that attackers cannot guess tokens quickly. Throws a RATE_LIMITED error.
   */
  countUnauthenticated(address: string | undefined): void;
}

/** The requests of one client or address since its first request of this minute. */
interface Window {
  requests: number;
  endsAtMs: number;
}

const windowMs = 60_000;

export function createRateLimit(perMinute: number, { steadyMs }: Pick<Clock, 'steadyMs'>): RateLimit {
  const windows = new Map<string, Window>();
  const count = (key: string) => {
    const nowMs = steadyMs();
    const found = windows.get(key);
    if (found !== undefined && found.endsAtMs > nowMs) {
      found.requests += 1;
      if (found.requests > perMinute)
        throw rateLimited(perMinute, Math.ceil((found.endsAtMs - nowMs) / 1_000));
      return;
    }
    // Move the window to the end of the map, so that the map is in the order in which the windows end.
    windows.delete(key);
    forgetEnded(windows, nowMs);
    windows.set(key, { requests: 1, endsAtMs: nowMs + windowMs });
  };
  return {
    countPrincipal({ tokenId, clientId }) {
      if (tokenId !== null) count(`client ${clientId}`);
    },
    countUnauthenticated: (address) => count(`address ${address}`),
  };
}

/** Removes the windows that have ended, so that the map does not grow without end. */
function forgetEnded(windows: Map<string, Window>, nowMs: number): void {
  for (const [key, { endsAtMs }] of windows) {
    if (endsAtMs > nowMs) return;
    windows.delete(key);
  }
}

function rateLimited(limit: number, retryAfterSeconds: number): GraphQLError {
  return new GraphQLError(
    `This client or address sent more than ${limit} requests in a minute. Wait ${retryAfterSeconds} s, and use subscriptions instead of polling. The operator can change the limit with MAX_REQUESTS_PER_MINUTE`,
    {
      extensions: {
        code: 'RATE_LIMITED' satisfies ResponseErrorCode,
        limit,
        retryAfterSeconds,
        setting: 'MAX_REQUESTS_PER_MINUTE',
      },
    },
  );
}
