import type { Log } from '../../shared/log.ts';
import type { Metrics, SessionCounts } from '../metrics/metrics.ts';
import type { Endpoint } from './endpoints.ts';

export const metricsPath = '/metrics';

export interface MetricsEndpointOptions {
  metrics: Metrics;
  /** Called for each scrape. */
  countSessions(): Promise<SessionCounts>;
  log: Log;
}

/** Serves the metrics in the Prometheus text format. */
export function metricsEndpoint({ metrics, countSessions, log }: MetricsEndpointOptions): Endpoint {
  const countsOrNothing = async () => {
    try {
      return await countSessions();
    } catch (error) {
      log.warn({ err: error }, 'the sessions could not be counted for /metrics');
      return undefined;
    }
  };

  return async ({ request, ResponseType }) => {
    const headers = { 'content-type': metrics.contentType, 'cache-control': 'no-store' };
    const body = request.method === 'HEAD' ? null : await metrics.exposition(await countsOrNothing());
    return new ResponseType(body, { headers });
  };
}
