import { ExpectedError } from '../shared/expected-error.ts';
import { term, wording } from '../shared/wording.ts';

/** Thrown if the waiting time and the execution time of a query together exceed the timeout. */
export class AnalyticsTimeoutError extends ExpectedError {
  override readonly name = 'AnalyticsTimeoutError';

  constructor(timeoutMs: number) {
    super({
      code: 'TIMEOUT',
      message: `The query took longer than ${timeoutMs / 1_000} s and was aborted`,
      suggestion: wording`Narrow it with ${term('since')}, ${term('until')}, ${term('epicKey')} or ${term('featureKey')}, or try again when the server is less busy. The operator can raise the limit with ANALYTICS_TIMEOUT`,
      parameters: {},
    });
  }
}
