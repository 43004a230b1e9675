import { GraphQLError } from 'graphql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../domain/principal.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Limits the number of requests in a minute. The RATE_LIMITED error contains the seconds to wait. */
export interface RateLimit {
  /**
   * Counts a request or operation with a valid token. Throws a RATE_LIMITED error. Does nothing if the server requires
   * no tokens.
   */
  countPrincipal(principal: Principal): Promise<void>;
  /**
   * Counts a request without a valid token, so that attackers cannot guess tokens quickly. Throws a RATE_LIMITED error.
   */
  countUnauthenticated(address: string | undefined): Promise<void>;
}

export function createRateLimit(perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const count = async (key: string) => {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes)
        throw rateLimited(perMinute, Math.ceil(error.msBeforeNext / 1_000));
      throw error;
    }
  };
  return {
    async countPrincipal({ tokenId }) {
      if (tokenId !== null) await count(`token ${tokenId}`);
    },
    countUnauthenticated: (address) => count(`address ${address}`),
  };
}

function rateLimited(limit: number, retryAfterSeconds: number): GraphQLError {
  return new GraphQLError(
    `This token or address sent more than ${limit} requests in a minute. Wait ${retryAfterSeconds} s, and use subscriptions instead of polling. The operator can change the limit with MAX_REQUESTS_PER_MINUTE`,
    { extensions: { code: 'RATE_LIMITED' satisfies ResponseErrorCode, limit, retryAfterSeconds } },
  );
}
