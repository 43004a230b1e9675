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
 * The properties that plugins and resolvers get together with a request. `req` and `res` are missing if the request did
 * not come over the network.
 */
export interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** The authenticated client. Only set for paths that require authentication. */
  principal?: Principal;
}

/**
 * The principal of a request. Throws if the request was not authenticated, so a path that is missing in the
 * configuration is not public.
 */
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

/** Rejects requests without a valid token before their body is read. */
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
 * The principal of a token. Requests count against the rate limit of the token, or of the address if the token is not
 * valid. Throws UnauthenticatedError, AuthenticationUnavailableError, and a RATE_LIMITED error.
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

/** Returns the error for the client. Rethrows unexpected errors. */
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
