import type { Plugin } from 'graphql-yoga';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import { maskedResult } from '../operations/masked-result.ts';
import type { ServerContext } from './authentication.ts';

/**
 * Hides the details of internal errors from clients. Yoga's own masking does not know the request of an error. Put this
 * plugin before those that read the codes of errors. Subscriptions mask the errors of their events themselves.
 */
export function useErrorMask(maskError: ErrorMask): Plugin<object, ServerContext> {
  return {
    onExecutionResult({ result, setResult, context: { requestId } }) {
      if (result !== undefined && 'errors' in result) setResult(maskedResult(result, maskError, requestId));
    },
    // Errors from before the execution, which have no execution result.
    onResultProcess({ result, setResult, serverContext: { requestId } }) {
      if ('errors' in result) setResult(maskedResult(result, maskError, requestId));
    },
  };
}
