import type { Plugin } from 'graphql-yoga';
import type { FailedCheck } from '../../db/failed-check.ts';
import type { Log } from '../../shared/log.ts';
import { methodNotAllowed } from './request-validation.ts';

/** Answers as long as the process lives. */
export const healthPath = '/health';
/** Answers whether there is any use in sending work. */
export const readyPath = '/ready';

export interface HealthOptions {
  /** What keeps the server from doing its work; nothing when it is ready. */
  findFailedChecks(): Promise<readonly FailedCheck[]>;
  log: Log;
}

export function useHealth({ findFailedChecks, log }: HealthOptions): Plugin {
  let wasReady = true;
  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      if (url.pathname !== healthPath && url.pathname !== readyPath) return;
      const refused = methodNotAllowed(request, url.pathname, fetchAPI.Response);
      if (refused !== undefined) return endResponse(refused);
      const found = url.pathname === healthPath ? [] : await findFailedChecks();
      const failedChecks = found.map(({ what }) => what);
      const isReady = failedChecks.length === 0;
      // Whoever asks asks every few seconds: what is told is the change.
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
      const answer = isReady ? { status } : { status, failedChecks };
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      endResponse(
        new fetchAPI.Response(request.method === 'HEAD' ? null : JSON.stringify(answer), {
          status: isReady ? 200 : 503,
          headers,
        }),
      );
    },
  };
}
