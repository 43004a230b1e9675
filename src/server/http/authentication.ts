import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../../domain/principal.ts';
import type { Log } from '../../shared/log.ts';
import { type Authentication, bearerToken } from '../auth/authentication.ts';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../auth/errors.ts';
import type { RateLimit } from '../operations/rate-limit.ts';
import { graphqlErrorResponse } from './error-response.ts';

/**
 * The values that plugins and resolvers get. `req` and `res` are undefined for requests without a network connection.
 */
export interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** The authenticated client. Set only on paths that require authentication. */
  principal?: Principal;
}

/** Returns the authenticated client of a request. Throws an error if the request was not authenticated. */
export function principalIn({ principal }: ServerContext): Principal {
  if (principal === undefined) throw new Error('The request was not authenticated');
  return principal;
}

export interface AuthenticationOptions {
  authentication: Authentication;
  rateLimit: RateLimit;
  log: Log;
  /** The paths that require authentication. */
  paths: readonly string[];
}

/** Rejects a request that has no valid token, before the server reads the request's body. */
export function useAuthentication({
  authentication,
  rateLimit,
  log,
  paths,
}: AuthenticationOptions): Plugin<object, ServerContext> {
  return {
    async onRequest({ request, url, serverContext, endResponse, fetchAPI }) {
      if (!paths.includes(url.pathname.replace(/\/$/, ''))) return;
      try {
        serverContext.principal = await authenticate(
          authentication,
          rateLimit,
          bearerToken(request.headers.get('authorization')),
          serverContext.req?.socket.remoteAddress,
        );
      } catch (error) {
        endResponse(graphqlErrorResponse(fetchAPI.Response, authenticationError(error, log)));
      }
    },
  };
}

/**
 * Returns the client that a token identifies, and counts the request for the rate limit. Throws UnauthenticatedError,
 * AuthenticationUnavailableError, and a RATE_LIMITED error.
 */
export async function authenticate(
  authentication: Authentication,
  rateLimit: RateLimit,
  token: string | undefined,
  address: string | undefined,
): Promise<Principal> {
  try {
    const principal = await authentication.principalOf(token);
    await rateLimit.countPrincipal(principal);
    return principal;
  } catch (error) {
    if (error instanceof UnauthenticatedError || error instanceof AuthenticationUnavailableError)
      await rateLimit.countUnauthenticated(address);
    throw error;
  }
}

/** Converts an authentication error to an error for the client. Throws unexpected errors again. */
export function authenticationError(error: unknown, log: Log): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof UnauthenticatedError)
    return new GraphQLError(error.message, { extensions: { code: error.errorCode } });
  if (error instanceof AuthenticationUnavailableError) {
    log.error({ err: error.cause }, 'the keys of the identity provider cannot be read');
    return new GraphQLError(error.message, { extensions: { code: error.errorCode } });
  }
  throw error;
}
