import type { FailedCheck } from '../../db/failed-check.ts';
import type { Log } from '../../shared/log.ts';
import type { Endpoint } from './endpoints.ts';

/** The path of the liveness check. Its status is 200 as long as the process runs. */
export const healthPath = '/health';
/**
 * The path of the readiness check. Its status is 200 if the server can serve requests. If not, the status is 503, with
 * a list of the failed checks.
 */
export const readyPath = '/ready';

export interface HealthOptions {
  /** Runs the readiness checks and returns the failed checks. */
  findFailedChecks(): Promise<readonly FailedCheck[]>;
  log: Log;
}

/** Creates the endpoint for the paths `/health` and `/ready`. */
export function healthEndpoint({ findFailedChecks, log }: HealthOptions): Endpoint {
  let wasReady = true;
  return async ({ request, url, ResponseType }) => {
    const found = url.pathname === healthPath ? [] : await findFailedChecks();
    const failedChecks = found.map(({ what }) => what);
    const isReady = failedChecks.length === 0;
    // Log the result only when it changes, because `/ready` is requested every few seconds.
    if (url.pathname === readyPath && isReady !== wasReady) {
      wasReady = isReady;
      if (isReady) log.info('the server is ready again');
      else
        log.error(
          { failedChecks, err: found.find(({ cause }) => cause !== undefined)?.cause },
          'the server is not ready',
        );
    }
    const status = url.pathname === healthPath ? 'alive' : isReady ? 'ready' : 'not ready';
    const body = isReady ? { status } : { status, failedChecks };
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return new ResponseType(request.method === 'HEAD' ? null : JSON.stringify(body), {
      status: isReady ? 200 : 503,
      headers,
    });
  };
}
