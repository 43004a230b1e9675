import type { Plugin } from 'graphql-yoga';
import type { Log } from '../../shared/log.ts';
import type { Metrics, SessionCounts } from '../metrics/metrics.ts';
import { methodNotAllowed } from './error-response.ts';

export const metricsPath = '/metrics';

export interface MetricsEndpointOptions {
  metrics: Metrics;
  /** Called for each scrape. */
  countSessions(): Promise<SessionCounts>;
  log: Log;
}

/** Serves the metrics in the Prometheus text format. */
export function useMetricsEndpoint({ metrics, countSessions, log }: MetricsEndpointOptions): Plugin {
  const countsOrNothing = async () => {
    try {
      return await countSessions();
    } catch (error) {
      log.warn({ err: error }, 'the sessions could not be counted for /metrics');
      return undefined;
    }
  };

  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      if (url.pathname !== metricsPath) return;
      const rejection = methodNotAllowed(request, metricsPath, fetchAPI.Response);
      if (rejection !== undefined) return endResponse(rejection);
      const headers = { 'content-type': metrics.contentType, 'cache-control': 'no-store' };
      const body = request.method === 'HEAD' ? null : await metrics.exposition(await countsOrNothing());
      endResponse(new fetchAPI.Response(body, { headers }));
    },
  };
}
