import type { ExecutionResult } from 'graphql';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import { shortErrors } from '../../graphql/short-errors.ts';

/**
 * Returns a result without the details of internal errors, and with few and short errors. Its errors and the log name the
 * request.
 */
export function maskedResult(
  result: ExecutionResult,
  maskError: ErrorMask,
  requestId: string | null,
): ExecutionResult {
  const { errors } = result;
  if (errors === undefined) return result;
  return { ...result, errors: shortErrors(errors).map((error) => maskError(error, requestId)) };
}
