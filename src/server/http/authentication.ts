import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Log } from '../../shared/log.ts';
import { type Authentication, bearerToken } from '../auth/authentication.ts';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../auth/errors.ts';
import type { StartedOperation } from '../operations/operation-log.ts';
import type { RateLimit } from '../operations/rate-limit.ts';
import { graphqlErrorResponse } from './error-response.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * The values that plugins and resolvers get. `req` and `res` are undefined for requests without a network connection.
 */
export interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** The id of the request, which errors and the log contain. */
  requestId: string;
  /** The authenticated client. Set only on paths that require authentication. */
  principal?: Principal;
  /** The GraphQL operation, after the request was parsed. */
  operation?: StartedOperation;
}

/** Returns the authenticated client of a request. Throws an error if the request was not authenticated. */
export function principalIn({ principal }: ServerContext): Principal {
  if (principal === undefined) throw new Error('The request was not authenticated');
  return principal;
}

export interface RequestAuthenticationOptions {
  authentication: Authentication;
  rateLimit: RateLimit;
  /** Called with the name of the setting when a request exceeds its limit. */
  onLimitExceeded: (setting: string) => void;
  log: Log;
}

/**
 * Authenticates the client of a request and stores it in the context. Returns the response for a request that has no
 * valid token. Call this before the server reads the request's body.
 */
export async function authenticateRequest(
  request: HttpRequest,
  context: ServerContext,
  ResponseType: typeof Response,
  { authentication, rateLimit, onLimitExceeded, log }: RequestAuthenticationOptions,
): Promise<Response | undefined> {
  try {
    context.principal = await authenticate(
      authentication,
      rateLimit,
      bearerToken(request.header('authorization')),
      context.req?.socket.remoteAddress,
    );
    return undefined;
  } catch (error) {
    const refusal = authenticationError(error, log);
    const { setting } = refusal.extensions;
    if (typeof setting === 'string') onLimitExceeded(setting);
    return graphqlErrorResponse(ResponseType, refusal);
  }
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
    rateLimit.countPrincipal(principal);
    return principal;
  } catch (error) {
    if (error instanceof UnauthenticatedError || error instanceof AuthenticationUnavailableError)
      rateLimit.countUnauthenticated(address);
    throw error;
  }
}

/** Logs an authentication error and converts it to an error for the client. Throws unexpected errors again. */
export function authenticationError(error: unknown, log: Log): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof UnauthenticatedError) {
    log.debug({ reason: error.message }, 'a client was not authenticated');
    return new GraphQLError(error.message, { extensions: { code: error.errorCode } });
  }
  if (error instanceof AuthenticationUnavailableError) {
    log.error({ err: error.cause }, 'the keys of the identity provider cannot be read');
    return new GraphQLError(error.message, { extensions: { code: error.errorCode } });
  }
  throw error;
}
