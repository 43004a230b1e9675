import { GraphQLError, Kind } from 'graphql';
import { AnalyticsTimeoutError } from '../worker/analytics-timeout-error.ts';
import { DatabaseError } from '../db/errors.ts';
import { wordedError, wordingOf } from './error-wording.ts';
import { isArgumentError } from './errors.ts';
import { type ExpectedError, missingNameCodes, type ResponseErrorCode } from '../shared/expected-error.ts';
import { joinWordings, term, type Wording, wording } from '../shared/wording.ts';
import type { ErrorLog } from '../shared/log.ts';
import { ForbiddenError } from '../domain/actor.ts';
import { OperationError } from '../domain/errors.ts';
import { troubleshootingSection } from '../shared/troubleshooting.ts';

/**
 * Converts a thrown value to the error that the client receives. The error and the log name the request with
 * `requestId`, which is null outside a request.
 */
export type ErrorMask = (error: unknown, requestId: string | null) => GraphQLError;

export interface ErrorMaskOptions {
  log: ErrorLog;
  /** The sentences in the message of an internal error. */
  words: {
    whatHappened: string;
    /** The sentence that says where to find the cause of the error. */
    whereItIs: string;
  };
}

/** The sentences in the message of an internal server error. A command without a server uses other sentences. */
export const serverErrorWords = {
  whatHappened: 'Something went wrong in the server.',
  whereItIs: 'To find the cause, the operator searches the log for the request id.',
};

/**
 * Creates the function that logs internal errors and hides their details from clients. Errors that already have a code
 * stay unchanged.
 */
export function createErrorMask({ log, words }: ErrorMaskOptions): ErrorMask {
  const internalError = (
    cause: unknown,
    place: GraphQLError | undefined,
    requestId: string | null,
  ): GraphQLError => {
    log.error({ err: cause, requestId, path: place?.path }, 'a request failed');
    const message = joinWordings([[words.whatHappened], ...whatRemains(place?.path), [words.whereItIs]], ' ');
    return at(place, message, { code: 'INTERNAL_SERVER_ERROR', requestId });
  };
  /** Converts a GraphQL error without a code to one with a code. */
  const coded = (error: GraphQLError, requestId: string | null): GraphQLError => {
    if (typeof error.extensions.code === 'string') return error;
    // An error without a path comes from invalid variables, before the execution.
    if (error.path === undefined || isArgumentError(error.originalError) || isOfArgument(error))
      return at(error, wordingOf(error), { ...error.extensions, code: 'BAD_USER_INPUT' });
    return internalError(error.originalError ?? error, error, requestId);
  };
  return (error, requestId) => {
    if (error instanceof DatabaseError) return databaseFailure({ log, requestId }, error, undefined);
    if (!(error instanceof GraphQLError)) return internalError(error, undefined, requestId);
    const cause = error.originalError;
    if (cause === undefined || cause === null || cause instanceof GraphQLError)
      return coded(error, requestId);
    if (cause instanceof OperationError) return operationError(cause, error);
    if (cause instanceof ForbiddenError)
      return at(error, wording`${sentencesOf(cause)}. Nothing was changed`, { code: 'FORBIDDEN' });
    if (cause instanceof DatabaseError) return databaseFailure({ log, requestId }, cause, error);
    if (cause instanceof AnalyticsTimeoutError) return at(error, sentencesOf(cause), { code: 'TIMEOUT' });
    return internalError(cause, error, requestId);
  };
}

/** Creates the top-level error for an expected error in a field without a result union, such as a query. */
function operationError(cause: OperationError, place: GraphQLError): GraphQLError {
  const code = missingNameCodes.find((each) => each === cause.errorCode);
  return at(
    place,
    sentencesOf(cause),
    code === undefined ? { code: 'BAD_USER_INPUT' } : { ...cause.parameters, code },
  );
}

/** Whether the error points to more than fields, for example to an argument. */
function isOfArgument({ nodes = [] }: GraphQLError): boolean {
  return nodes.some(({ kind }) => kind !== Kind.FIELD);
}

/** Creates the error for a client after a database failure, and logs the details. The message says what to do next. */
function databaseFailure(
  { log, requestId }: { log: ErrorLog; requestId: string | null },
  error: DatabaseError,
  place: GraphQLError | undefined,
): GraphQLError {
  log.error(
    { err: error, requestId, path: place?.path, code: error.errorCode },
    'a request failed because of the database',
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

/**
 * Says whether the failed request may have changed data. For example, a mutation can succeed before a field of its
 * payload fails.
 */
function whatRemains(path: GraphQLError['path']): Wording[] {
  if (path === undefined) return [];
  return path.length === 1
    ? [wording`${term('nothingWasChanged')}.`]
    : [
        wording`If this was a mutation, its change was made and only the response is incomplete. Query the result. Do not repeat the mutation, except a claim with an ${term('idempotencyKey')} or a close with a ${term('sessionId')}.`,
      ];
}

/** Joins the message and the suggestion of an error, without a period at the end. */
function sentencesOf({ wording: { message, suggestion } }: ExpectedError): Wording {
  return joinWordings(suggestion === null ? [message] : [message, suggestion], '. ');
}

function at(
  place: GraphQLError | undefined,
  message: Wording,
  extensions: Record<string, unknown> & { code: ResponseErrorCode },
): GraphQLError {
  const help = troubleshootingSection(extensions.code);
  return wordedError(message, {
    ...(place === undefined
      ? {}
      : { nodes: place.nodes, source: place.source, positions: place.positions, path: place.path }),
    extensions: help === null ? extensions : { ...extensions, help },
  });
}
