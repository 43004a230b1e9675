import { GraphQLError, Kind } from 'graphql';
import { AnalyticsTimeoutError } from '../worker/analytics-worker.ts';
import { DatabaseError } from '../db/errors.ts';
import { wordedError, wordingOf } from './error-wording.ts';
import { isArgumentError } from './errors.ts';
import type { ExpectedError, ResponseErrorCode } from '../shared/expected-error.ts';
import { joinWordings, term, type Wording, wording } from '../shared/wording.ts';
import type { Log } from '../shared/log.ts';
import { ForbiddenError } from '../domain/actor.ts';
import { OperationError } from '../domain/errors.ts';

/** Converts a thrown value to the error that the client receives. */
export type ErrorMask = (error: unknown) => GraphQLError;

export interface ErrorMaskOptions {
  log: Log;
  /** The ID of the current request; null outside a request. */
  requestId: () => string | null;
  /** The sentences that clients receive for an unexpected error. */
  words: {
    whatHappened: string;
    /** Says where to find the cause. */
    whereItIs: string;
  };
}

/** The sentences for clients of a server. */
export const serverErrorWords = {
  whatHappened: 'Something went wrong in the server.',
  whereItIs: 'The operator finds the cause in the log under the request id.',
};

/**
 * Masks the errors that are not part of a result union. Errors with a code are meant for clients and stay unchanged. An
 * unexpected error is logged with all details, and the client receives only the request ID.
 */
export function createErrorMask({ log, requestId: currentRequestId, words }: ErrorMaskOptions): ErrorMask {
  const internalError = (cause: unknown, place: GraphQLError | undefined): GraphQLError => {
    const requestId = currentRequestId();
    log.error({ err: cause, requestId, path: place?.path }, 'a request failed');
    const message = joinWordings([[words.whatHappened], ...whatRemains(place?.path), [words.whereItIs]], ' ');
    return at(place, message, { code: 'INTERNAL_SERVER_ERROR', requestId });
  };
  /**
   * Converts a GraphQL error without a cause. If it has no code, a library created it: for invalid input, or for an
   * internal error.
   */
  const coded = (error: GraphQLError): GraphQLError => {
    if (typeof error.extensions.code === 'string') return error;
    // An error without a path occurs before execution: the variables are invalid.
    if (error.path === undefined || isArgumentError(error.originalError) || isOfArgument(error))
      return at(error, wordingOf(error), { ...error.extensions, code: 'BAD_USER_INPUT' });
    return internalError(error.originalError ?? error, error);
  };
  return (error) => {
    if (error instanceof DatabaseError)
      return databaseFailure({ log, requestId: currentRequestId }, error, undefined);
    if (!(error instanceof GraphQLError)) return internalError(error, undefined);
    const cause = error.originalError;
    if (cause === undefined || cause === null || cause instanceof GraphQLError) return coded(error);
    if (cause instanceof OperationError) return at(error, sentencesOf(cause), { code: 'BAD_USER_INPUT' });
    if (cause instanceof ForbiddenError)
      return at(error, wording`${sentencesOf(cause)}. Nothing was changed`, { code: 'FORBIDDEN' });
    if (cause instanceof DatabaseError)
      return databaseFailure({ log, requestId: currentRequestId }, cause, error);
    if (cause instanceof AnalyticsTimeoutError) return at(error, sentencesOf(cause), { code: 'TIMEOUT' });
    return internalError(cause, error);
  };
}

/**
 * Whether the error is about an argument. The node of such an error is not a field; errors in results have the node of
 * a field.
 */
function isOfArgument({ nodes = [] }: GraphQLError): boolean {
  return nodes.some(({ kind }) => kind !== Kind.FIELD);
}

/**
 * Creates the error for a database failure. The message says what the client can do next. The details for the operator
 * are in the log.
 */
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
  const { message: what, suggestion } = error.wording;
  const message = joinWordings(
    [
      wording`${what}.`,
      ...whatRemains(place?.path),
      ...(suggestion === null ? [] : [wording`${suggestion}.`]),
    ],
    ' ',
  );
  return at(place, message, { code: error.errorCode, requestId });
}

/** Says whether a change can have been made. Fields inside a mutation are resolved after its transaction. */
function whatRemains(path: GraphQLError['path']): Wording[] {
  if (path === undefined) return [];
  return path.length === 1
    ? [wording`${term('nothingWasChanged')}.`]
    : [
        wording`If this was a mutation, its change was made and only the response is incomplete. Query the result, and repeat only a claim with an ${term('idempotencyKey')} or a close with a ${term('sessionId')}.`,
      ];
}

/** The message and the suggestion as one text, without a full stop at the end. */
function sentencesOf({ wording: { message, suggestion } }: ExpectedError): Wording {
  return joinWordings(suggestion === null ? [message] : [message, suggestion], '. ');
}

function at(
  place: GraphQLError | undefined,
  message: Wording,
  extensions: Record<string, unknown> & { code: ResponseErrorCode },
): GraphQLError {
  return wordedError(message, {
    ...(place === undefined
      ? {}
      : { nodes: place.nodes, source: place.source, positions: place.positions, path: place.path }),
    extensions,
  });
}
