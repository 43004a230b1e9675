import { GraphQLError } from 'graphql';
import { shortValue, withShortValues } from '../shared/short-values.ts';
import type { Wording } from '../shared/wording.ts';
import { wordedError, wordingOf } from './error-wording.ts';

/** The maximum number of errors in one response. A document can have thousands of errors. */
export const mostErrors = 20;

/** The message of the last error if the server did not look for more errors. */
export const moreErrors = 'There can be more errors. Correct the errors above and send the request again';

/** Returns the message of the last error if `count` errors are missing. */
export function missingErrors(count: number): string {
  return `${count} more errors are not shown. Correct the errors above and send the request again`;
}

/**
 * Returns the errors that the server sends for one operation: at most 20, with short values. If there are more, the last
 * one says how many are missing.
 */
export function shortErrors(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const [first] = errors;
  if (first === undefined || (errors.length <= mostErrors && errors.every(isShort))) return errors;
  if (errors.length <= mostErrors) return errors.map(shortError);
  const last = missingErrors(errors.length - mostErrors + 1);
  return [
    ...errors.slice(0, mostErrors - 1).map(shortError),
    new GraphQLError(last, { extensions: codeOf(first) }),
  ];
}

/** Returns the error with short values. Returns the same error if all its values are short. */
export function shortError(error: GraphQLError): GraphQLError {
  if (isShort(error)) return error;
  const { nodes, source, positions, path, originalError, extensions } = error;
  return wordedError(shortWording(wordingOf(error)), {
    nodes,
    source,
    positions,
    path: path?.map((key) => (typeof key === 'string' ? shortValue(key) : key)),
    // The stack of an error of GraphQL.js begins with its long message.
    originalError: originalError instanceof GraphQLError ? undefined : originalError,
    extensions: shortExtensions(extensions),
  });
}

/** Shortens the values in the texts of a message. */
export function shortWording(message: Wording): Wording {
  return message.map((part) => (typeof part === 'string' ? withShortValues(part) : part));
}

function isShort({ message, path = [], extensions }: GraphQLError): boolean {
  return (
    withShortValues(message) === message &&
    path.every((key) => typeof key === 'number' || shortValue(key) === key) &&
    Object.values(extensions).every((value) => value === shortExtension(value))
  );
}

function shortExtensions(extensions: GraphQLError['extensions']): GraphQLError['extensions'] {
  return Object.fromEntries(Object.entries(extensions).map(([name, value]) => [name, shortExtension(value)]));
}

/** Lists and objects in extensions come from the server, not from a client. */
function shortExtension(value: unknown): unknown {
  return typeof value === 'string' ? shortValue(value) : value;
}

/** The code and the HTTP status of an error. */
function codeOf({ extensions: { code, http } }: GraphQLError): GraphQLError['extensions'] {
  return { ...(code === undefined ? {} : { code }), ...(http === undefined ? {} : { http }) };
}
