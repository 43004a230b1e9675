import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { shortError, shortErrors } from '../../graphql/short-errors.ts';

/**
 * Shortens the errors of parsing and validation, for HTTP and WebSockets. Put this plugin before the validation cache,
 * so that the cache stores the short errors.
 */
export function useShortErrors(): Plugin {
  return {
    onParse:
      () =>
      ({ result, replaceParseResult }) => {
        if (result instanceof GraphQLError) replaceParseResult(shortError(result));
      },
    onValidate:
      () =>
      ({ result, setResult }) => {
        const errors = result.filter((error) => error instanceof GraphQLError);
        if (errors.length > 0) setResult([...shortErrors(errors)]);
      },
  };
}
