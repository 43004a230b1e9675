import { GraphQLError } from 'graphql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts what is asked in the name of a token, or from an address. */
export interface RateLimit {
  /** Throws a RATE_LIMITED error, with the seconds after which there is room again. */
  take(key: string): Promise<void>;
}

export function createRateLimit(perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (error) {
        if (error instanceof RateLimiterRes) throw tooMany(perMinute, Math.ceil(error.msBeforeNext / 1_000));
        throw error;
      }
    },
  };
}

function tooMany(limit: number, retryAfterSeconds: number): GraphQLError {
  return new GraphQLError(
    `More than ${limit} requests in a minute were sent with this token or from this address. Wait ${retryAfterSeconds} s, and subscribe instead of asking again and again; MAX_REQUESTS_PER_MINUTE is the operator's setting for this`,
    { extensions: { code: 'RATE_LIMITED', limit, retryAfterSeconds } },
  );
}
