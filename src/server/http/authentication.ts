import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Authentication } from '../auth/authentication.ts';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../auth/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Log } from '../../shared/log.ts';
import { bearerToken } from '../auth/bearer-token.ts';
import { statusOf } from './error-status.ts';
import type { RateLimit } from '../operations/rate-limit.ts';

/** What is known of a request beside itself. */
export interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** Who asks; there for every path that is guarded. */
  principal?: Principal;
}

/** Fails where nobody has looked who asks: such a path must not be taken for open. */
export function principalIn({ principal }: ServerContext): Principal {
  if (principal === undefined) throw new Error('A request was let through without a look at who sent it');
  return principal;
}

export interface AuthenticationOptions {
  authentication: Authentication;
  rate: RateLimit;
  log: Log;
  /** The paths where somebody has to be known. */
  paths: readonly string[];
}

/** Lets nobody on who does not show a token, where tokens are asked for, before anything of the request is read. */
export function useAuthentication({
  authentication,
  rate,
  log,
  paths,
}: AuthenticationOptions): Plugin<object, ServerContext> {
  return {
    async onRequest({ request, url, serverContext, endResponse, fetchAPI }) {
      if (!paths.includes(url.pathname.replace(/\/$/, ''))) return;
      try {
        serverContext.principal = await admit(
          authentication,
          rate,
          bearerToken(request.headers.get('authorization')),
          serverContext.req?.socket.remoteAddress,
        );
      } catch (error) {
        endResponse(refused(authenticationError(error, log), fetchAPI.Response));
      }
    },
  };
}

/**
 * Who sends this token, after what is asked in its name was counted; of strangers, what comes from their address is.
 * Throws UnauthenticatedError, AuthenticationUnavailableError, and a RATE_LIMITED error.
 */
export async function admit(
  authentication: Authentication,
  rate: RateLimit,
  token: string | undefined,
  address: string | undefined,
): Promise<Principal> {
  try {
    const principal = await authentication.principalOf(token);
    if (principal.tokenId !== null) await rate.take(`token ${principal.tokenId}`);
    return principal;
  } catch (error) {
    if (error instanceof UnauthenticatedError || error instanceof AuthenticationUnavailableError)
      await rate.take(`address ${address}`);
    throw error;
  }
}

/** What a client is told whose token did not let it in. Throws what is a fault of the server. */
export function authenticationError(error: unknown, log: Log): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof UnauthenticatedError)
    return new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } });
  if (error instanceof AuthenticationUnavailableError) {
    log.error({ err: error.cause }, 'the keys of the identity provider cannot be read');
    return new GraphQLError(error.message, { extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } });
  }
  throw error;
}

function refused(error: GraphQLError, ResponseType: typeof Response): Response {
  const status = statusOf(error);
  const { message, extensions } = error;
  return ResponseType.json(
    { errors: [{ message, extensions }] },
    {
      status,
      headers: {
        ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
        ...('retryAfterSeconds' in extensions ? { 'retry-after': String(extensions.retryAfterSeconds) } : {}),
      },
    },
  );
}
