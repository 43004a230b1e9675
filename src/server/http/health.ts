import type { Plugin } from 'graphql-yoga';
import type { Obstacle } from '../../db/sqlite/readiness.ts';
import type { Log } from '../../shared/log.ts';
import { refuseUnlessRead } from './request-validation.ts';

/** Answers as long as the process lives. */
export const healthPath = '/health';
/** Answers whether there is any use in sending work. */
export const readyPath = '/ready';

export interface HealthOptions {
  /** What keeps the server from doing its work; nothing when it is ready. */
  findObstacles(): Promise<readonly Obstacle[]>;
  log: Log;
}

export function useHealth({ findObstacles, log }: HealthOptions): Plugin {
  let wasReady = true;
  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      if (url.pathname !== healthPath && url.pathname !== readyPath) return;
      const refused = refuseUnlessRead(request, url.pathname, fetchAPI.Response);
      if (refused !== undefined) return endResponse(refused);
      const found = url.pathname === healthPath ? [] : await findObstacles();
      const obstacles = found.map(({ what }) => what);
      const isReady = obstacles.length === 0;
      // Whoever asks asks every few seconds: what is told is the change.
      if (url.pathname === readyPath && isReady !== wasReady) {
        wasReady = isReady;
        if (isReady) log.info('the server is ready again');
        else
          log.error(
            { obstacles, err: found.find(({ cause }) => cause !== undefined)?.cause },
            'the server is not ready',
          );
      }
      const status = url.pathname === healthPath ? 'alive' : isReady ? 'ready' : 'not ready';
      const answer = isReady ? { status } : { status, obstacles };
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
