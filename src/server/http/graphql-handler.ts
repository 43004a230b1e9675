import { createYoga } from 'graphql-yoga';
import type { Authentication } from '../auth/authentication.ts';
import { type Context, createContext, type Services } from '../../graphql/context.ts';
import { schema } from '../../graphql/schema.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type ServerContext, useAuthentication, principalIn } from './authentication.ts';
import { createOperationLog } from '../operations/operation-log.ts';
import { useBodyLimit } from './body-limit.ts';
import { useRequestValidation } from './request-validation.ts';
import { createConnectionLimit } from '../operations/connection-limit.ts';
import { exportPath, useCsvExport } from './csv-export.ts';
import { useEventStreamMarks } from './event-streams.ts';
import { graphiqlOptions } from './graphiql.ts';
import { type HealthOptions, healthPath, readyPath, useHealth } from './health.ts';
import { useDnsRebindingProtection } from './dns-rebinding.ts';
import { useEventStreamSubscriptions } from './event-stream-subscriptions.ts';
import { createErrorMask, serverErrorWords } from '../../graphql/mask-error.ts';
import {
  metricsPath,
  type MetricsOptions,
  observeSubscriptions,
  useMetrics,
  useMetricsPage,
} from './request-metrics.ts';
import { documentCaches, limitedSubscribe, useQueryLimits } from '../operations/query-limits.ts';
import { currentRequestId, useRequestId } from '../operations/request-id.ts';
import { createRateLimit } from '../operations/rate-limit.ts';
import { createSharedSubscribe } from '../operations/shared-execution.ts';

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

/** Where GraphQL is served: HTTP, server-sent events, WebSocket and GraphiQL alike. */
export const endpoint = '/graphql';

export interface GraphqlHandlerOptions {
  log: Log;
  graphiql: boolean;
  limits: Limits;
  authentication: Authentication;
  /** The sites whose pages may ask from a browser, beside the server's own. */
  allowedOrigins: readonly string[];
  metrics: Metrics;
  countSessions: MetricsOptions['countSessions'];
  findFailedChecks: HealthOptions['findFailedChecks'];
}

/** What answers everything that comes over HTTP, and what begins subscriptions, wherever they come from. */
export function createGraphqlHandler(services: Services, options: GraphqlHandlerOptions) {
  const { log, graphiql, limits, authentication, allowedOrigins, metrics, countSessions, findFailedChecks } =
    options;
  const { clock } = services;
  const maskError = createErrorMask({
    log,
    requestId: currentRequestId,
    words: serverErrorWords,
  });
  const operations = createOperationLog({ metrics, clock, log });
  const subscribe = limitedSubscribe(
    createSharedSubscribe(maskError, observeSubscriptions(metrics, clock)),
    limits,
  );
  const rate = createRateLimit(limits.requestsPerMinute);
  const connections = createConnectionLimit(limits);
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: endpoint,
    context: (serverContext) => createContext(services, principalIn(serverContext)),
    graphiql: graphiql && graphiqlOptions({ asksForToken: !authentication.isOpen }),
    // Imported on the first request of the page: it takes 0.2 s and 50 MB to load.
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    landingPage: false,
    parserAndValidationCache: documentCaches(),
    // Yoga's answers whatever ends like this, and no address ends with a space; ours is a plugin.
    healthCheckEndpoint: ' ',
    // Pages of other sites have no business here unless named: a browser next to the server is no proof of consent.
    cors: allowedOrigins.length > 0 && {
      origin: [...allowedOrigins],
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'x-request-id'],
      exposedHeaders: ['x-request-id', 'retry-after', 'content-disposition'],
      credentials: false,
      maxAge: 600,
    },
    maskedErrors: { maskError, errorMessage: 'Something went wrong in the server' },
    logging: {
      debug: (...parts) => log.debug(parts.join(' ')),
      info: (...parts) => log.info(parts.join(' ')),
      warn: (...parts) => log.warn(parts.join(' ')),
      // Faults are logged by the mask, with the request's id; here they come a second time, and refusals with them.
      error: (...parts) => log.debug({ parts }, 'an error was answered'),
    },
    plugins: [
      useRequestId(),
      useMetrics({
        metrics,
        operations,
        routes: [endpoint, exportPath, healthPath, readyPath, metricsPath],
        clock,
        log,
      }),
      ...(authentication.isOpen ? [useDnsRebindingProtection()] : []),
      useAuthentication({ authentication, rate, log, paths: [endpoint, exportPath, metricsPath] }),
      useMetricsPage({ metrics, countSessions, log }),
      useHealth({ findFailedChecks, log }),
      useBodyLimit(limits.bodyBytes),
      useEventStreamMarks(),
      useEventStreamSubscriptions({ authentication, connections, subscribe }),
      {
        onRequest({ url, endResponse, fetchAPI }) {
          if (url.pathname === '/')
            endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: endpoint } }));
        },
      },
      useCsvExport({
        pageOf: (page) => services.analyticsWorker.run('sessionsAsCsv', page),
        authentication,
        clock,
        log,
        maskError,
      }),
      useQueryLimits(limits, clock),
      useRequestValidation(endpoint),
    ],
  });
  return { yoga, subscribe, authentication, rate, connections, operations, metrics };
}
