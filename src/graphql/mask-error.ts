import { GraphQLError, Kind } from 'graphql';
import { AnalyticsTimeoutError } from '../worker/analytics-worker.ts';
import { DatabaseError } from '../db/errors.ts';
import { badUserInput, isArgumentError } from './errors.ts';
import type { Log } from '../shared/log.ts';
import { ForbiddenError } from '../domain/actor.ts';
import { OperationError } from '../domain/errors.ts';

/** Turns whatever was thrown into what a client is told of it. */
export type ErrorMask = (error: unknown) => GraphQLError;

export interface ErrorMaskOptions {
  log: Log;
  /** The id of the request being answered; null outside of one. */
  requestId: () => string | null;
  /** What clients read about an unexpected error. */
  words: {
    whatHappened: string;
    /** Where its cause is found. */
    whereItIs: string;
  };
}

/** For clients of a server. */
export const serverErrorWords = {
  whatHappened: 'Something went wrong in the server.',
  whereItIs: 'The operator finds the cause in the log under the request id.',
};

/**
 * What a client is told of an error that no mutation answered as data. Errors made for clients pass; a fault of
 * the server is logged whole, and the client gets the id under which it was.
 */
export function createErrorMask({ log, requestId: currentRequestId, words }: ErrorMaskOptions): ErrorMask {
  const internalError = (cause: unknown, place: GraphQLError | undefined): GraphQLError => {
    const requestId = currentRequestId();
    log.error({ err: cause, requestId, path: place?.path }, 'a request failed');
    const message = [words.whatHappened, ...whatRemains(place?.path), words.whereItIs].join(' ');
    return at(place, message, { code: 'INTERNAL_SERVER_ERROR', requestId });
  };
  /** Errors made for clients have a code; what the libraries say of bad input does not, nor do their own faults. */
  const coded = (error: GraphQLError): GraphQLError => {
    if (typeof error.extensions.code === 'string') return error;
    // Without a path nothing was executed: it is the variables that are wrong.
    if (error.path === undefined || isArgumentError(error.originalError) || isOfArgument(error))
      return at(error, error.message, { ...error.extensions, code: 'BAD_USER_INPUT' });
    return internalError(error.originalError ?? error, error);
  };
  return (error) => {
    if (error instanceof DatabaseError)
      return databaseFailure({ log, requestId: currentRequestId }, error, undefined);
    if (!(error instanceof GraphQLError)) return internalError(error, undefined);
    const cause = error.originalError;
    if (cause === undefined || cause === null || cause instanceof GraphQLError) return coded(error);
    if (cause instanceof OperationError) {
      const { message, extensions } = badUserInput(cause.message, cause.suggestion);
      return at(error, message, extensions);
    }
    if (cause instanceof ForbiddenError)
      return at(error, `${cause.message}. Nothing was changed`, { code: 'FORBIDDEN' });
    if (cause instanceof DatabaseError)
      return databaseFailure({ log, requestId: currentRequestId }, cause, error);
    if (cause instanceof AnalyticsTimeoutError) return at(error, cause.message, { code: 'TIMEOUT' });
    return internalError(cause, error);
  };
}

/** Of a value that cannot be an argument, for one. What goes wrong with an answer is said of its field. */
function isOfArgument({ nodes = [] }: GraphQLError): boolean {
  return nodes.some(({ kind }) => kind !== Kind.FIELD);
}

/** The client is told what it can do about it; what the operator needs beside that is in the log. */
function databaseFailure(
  { log, requestId: currentRequestId }: Pick<ErrorMaskOptions, 'log' | 'requestId'>,
  error: DatabaseError,
  place: GraphQLError | undefined,
): GraphQLError {
  const requestId = currentRequestId();
  log.error(
    { err: error, requestId, path: place?.path, code: error.errorCode },
    'the database failed a request',
  );
  const message = [error.message, ...whatRemains(place?.path), error.remedy].join(' ');
  return at(place, message, { code: error.errorCode, requestId });
}

/** A mutation is the outermost field: what is inside of it is read when its transaction is over. */
function whatRemains(path: GraphQLError['path']): string[] {
  if (path === undefined) return [];
  return path.length === 1
    ? ['Nothing was changed by this field.']
    : [
        'If this was a mutation, its change was made and only the answer is missing: read it, and repeat only a claim with an idempotencyKey or a close with a sessionId.',
      ];
}

function at(
  place: GraphQLError | undefined,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLError {
  return new GraphQLError(message, {
    ...(place === undefined
      ? {}
      : { nodes: place.nodes, source: place.source, positions: place.positions, path: place.path }),
    extensions,
  });
}
