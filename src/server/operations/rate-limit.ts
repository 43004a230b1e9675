import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Limits what a client can do in a minute. The RATE_LIMITED error contains the seconds to wait. */
export interface RateLimit {
  /**
   * Counts a request or operation with a valid token. All tokens of a client count together. Throws a RATE_LIMITED
   * error. Does nothing if the server requires no tokens.
   */
  countPrincipal(principal: Principal): void;
  /**
   * Counts the values that an operation can select. Throws a RATE_LIMITED error, and then counts nothing. Does nothing
   * if the server requires no tokens.
   */
  countComplexity(principal: Principal, complexity: number): void;
  /**
   * Counts a request without a valid token, so that attackers cannot guess tokens quickly. Throws a RATE_LIMITED error.
   */
  countUnauthenticated(address: string | undefined): void;
  /**
   * Returns the headers that say how much a client has left, in the format of the IETF draft "RateLimit header fields
   * for HTTP". Returns no headers if the server requires no tokens.
   */
  headersFor(principal: Principal): Readonly<Record<string, string>>;
}

export function createRateLimit(
  { requestsPerMinute, complexityPerMinute }: Pick<Limits, 'requestsPerMinute' | 'complexityPerMinute'>,
  { steadyMs }: Pick<Clock, 'steadyMs'>,
): RateLimit {
  const requests = createCounter(steadyMs);
  const complexities = createCounter(steadyMs);
  const countRequest = (key: string) => {
    const { sum, secondsLeft } = requests.add(key, 1);
    if (sum > requestsPerMinute) throw tooManyRequests(requestsPerMinute, secondsLeft);
  };
  const policies = {
    'ratelimit-policy': `"requests";q=${requestsPerMinute};w=60, "complexity";q=${complexityPerMinute};w=60`,
  };
  return {
    countPrincipal({ tokenId, clientId }) {
      if (tokenId !== null) countRequest(`client ${clientId}`);
    },
    countComplexity({ tokenId, clientId }, complexity) {
      if (tokenId === null) return;
      const key = `client ${clientId}`;
      const { sum, secondsLeft } = complexities.sumOf(key);
      if (sum + complexity > complexityPerMinute)
        throw tooComplexInAll({ limit: complexityPerMinute, found: sum + complexity, secondsLeft });
      complexities.add(key, complexity);
    },
    countUnauthenticated: (address) => countRequest(`address ${address}`),
    headersFor({ tokenId, clientId }) {
      if (tokenId === null) return {};
      const left = (name: string, counter: Counter, limit: number) => {
        const { sum, secondsLeft } = counter.sumOf(`client ${clientId}`);
        return `"${name}";r=${Math.max(0, limit - sum)};t=${secondsLeft}`;
      };
      return {
        ...policies,
        ratelimit: `${left('requests', requests, requestsPerMinute)}, ${left('complexity', complexities, complexityPerMinute)}`,
      };
    },
  };
}

/** The sum since the first count of a minute, and the seconds until the minute ends. */
interface Sum {
  sum: number;
  secondsLeft: number;
}

/** Adds up what each key used in a minute. The minute of a key begins with its first count. */
interface Counter {
  add(key: string, amount: number): Sum;
  sumOf(key: string): Sum;
}

const windowMs = 60_000;

function createCounter(steadyMs: () => number): Counter {
  const windows = new Map<string, { sum: number; endsAtMs: number }>();
  const current = (key: string, nowMs: number) => {
    const found = windows.get(key);
    return found === undefined || found.endsAtMs <= nowMs ? undefined : found;
  };
  const secondsUntil = (endsAtMs: number, nowMs: number) => Math.ceil((endsAtMs - nowMs) / 1_000);
  return {
    add(key, amount) {
      const nowMs = steadyMs();
      let window = current(key, nowMs);
      if (window === undefined) {
        // Move the window to the end of the map, so that the map is in the order in which the windows end.
        windows.delete(key);
        forgetEnded(windows, nowMs);
        window = { sum: 0, endsAtMs: nowMs + windowMs };
        windows.set(key, window);
      }
      window.sum += amount;
      return { sum: window.sum, secondsLeft: secondsUntil(window.endsAtMs, nowMs) };
    },
    sumOf(key) {
      const nowMs = steadyMs();
      const { sum, endsAtMs } = current(key, nowMs) ?? { sum: 0, endsAtMs: nowMs + windowMs };
      return { sum, secondsLeft: secondsUntil(endsAtMs, nowMs) };
    },
  };
}

/** Removes the windows that have ended, so that the map does not grow without end. */
function forgetEnded(windows: Map<string, { endsAtMs: number }>, nowMs: number): void {
  for (const [key, { endsAtMs }] of windows) {
    if (endsAtMs > nowMs) return;
    windows.delete(key);
  }
}

function tooManyRequests(limit: number, retryAfterSeconds: number): GraphQLError {
  return rateLimited(
    `This client or address sent more than ${limit} requests in a minute. Wait ${retryAfterSeconds} s, and use subscriptions instead of polling. The operator can change the limit with MAX_REQUESTS_PER_MINUTE`,
    { limit, retryAfterSeconds, setting: 'MAX_REQUESTS_PER_MINUTE' },
  );
}

function tooComplexInAll({
  limit,
  found,
  secondsLeft,
}: {
  limit: number;
  found: number;
  secondsLeft: number;
}): GraphQLError {
  return rateLimited(
    `With this operation, the operations of this client could select ${found} values in a minute; the limit is ${limit}. Wait ${secondsLeft} s, request smaller pages, or use an export. The operator can change the limit with MAX_COMPLEXITY_PER_MINUTE`,
    { limit, retryAfterSeconds: secondsLeft, setting: 'MAX_COMPLEXITY_PER_MINUTE' },
  );
}

function rateLimited(
  message: string,
  extensions: { limit: number; retryAfterSeconds: number; setting: string },
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      code: 'RATE_LIMITED' satisfies ResponseErrorCode,
      ...extensions,
      http: { status: 429, headers: { 'retry-after': String(extensions.retryAfterSeconds) } },
    },
  });
}
