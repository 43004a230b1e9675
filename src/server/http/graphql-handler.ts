import { createYoga } from 'graphql-yoga';
import type { Authentication } from '../auth/authentication.ts';
import { type Context, createContext, type Services } from '../../graphql/context.ts';
import { schema } from '../../graphql/schema.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type ServerContext, useAuthentication, principalIn } from './authentication.ts';
import { createOperationLog } from '../operations/operation-log.ts';
import { useErrorWording } from '../operations/error-wording.ts';
import { useBodyLimit } from './body-limit.ts';
import { useRequestValidation } from './request-validation.ts';
import { createLongLivedConnections } from '../operations/long-lived-connections.ts';
import { csvExportEndpoint, exportPath } from './csv-export.ts';
import { graphiqlOptions } from './graphiql.ts';
import { type Endpoint, useEndpoints } from './endpoints.ts';
import { healthEndpoint, type HealthOptions, healthPath, readyPath } from './health.ts';
import { useDnsRebindingProtection } from './dns-rebinding.ts';
import { useEventStreamSubscriptions } from './event-stream-subscriptions.ts';
import { createErrorMask, serverErrorWords } from '../../graphql/mask-error.ts';
import { metricsEndpoint, type MetricsEndpointOptions, metricsPath } from './metrics-endpoint.ts';
import { useRequestMetrics } from './request-metrics.ts';
import { documentCaches, limitedSubscribe, useQueryLimits } from '../operations/query-limits.ts';
import { currentRequestId, useRequestId } from '../operations/request-id.ts';
import { createRateLimit } from '../operations/rate-limit.ts';
import { createSharedSubscribe } from '../operations/shared-execution.ts';

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

/** The path of GraphQL over HTTP and WebSocket, and of the GraphiQL page. */
export const endpoint = '/graphql';

export interface GraphqlHandlerOptions {
  log: Log;
  graphiql: boolean;
  limits: Limits;
  authentication: Authentication;
  /** Other web origins whose pages may send requests. */
  allowedOrigins: readonly string[];
  metrics: Metrics;
  countSessions: MetricsEndpointOptions['countSessions'];
  findFailedChecks: HealthOptions['findFailedChecks'];
}

/** Creates the handler for all HTTP requests. The WebSocket server uses parts of it. */
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
  const subscribe = limitedSubscribe(createSharedSubscribe({ maskError, metrics, clock }), limits);
  const rateLimit = createRateLimit(limits.requestsPerMinute);
  const connections = createLongLivedConnections(limits, authentication);
  const health = healthEndpoint({ findFailedChecks, log });
  const endpoints = new Map<string, Endpoint>([
    [healthPath, health],
    [readyPath, health],
    [metricsPath, metricsEndpoint({ metrics, countSessions, log })],
    [
      exportPath,
      csvExportEndpoint({
        pageOf: (page) => services.analyticsWorker.run('sessionsAsCsv', page),
        authentication,
        clock,
        log,
        maskError,
      }),
    ],
  ]);
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: endpoint,
    context: (serverContext) => createContext(services, principalIn(serverContext)),
    graphiql: graphiql && graphiqlOptions({ requiresToken: authentication.isRequired }),
    // Import GraphiQL only when its page is requested, because the import takes 0.2 s and 50 MB of memory.
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    landingPage: false,
    parserAndValidationCache: documentCaches(),
    // Switch off Yoga's health check. No path ends with a space, so no request matches.
    healthCheckEndpoint: ' ',
    // If no other origins are allowed, send no CORS headers. Pages of other sites then cannot read responses.
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
      // Log these errors only at the level debug, because the error mask has already logged the unexpected errors.
      error: (...parts) => log.debug({ parts }, 'request answered with an error'),
    },
    plugins: [
      useRequestId(),
      useRequestMetrics({
        metrics,
        operations,
        routes: [endpoint, ...endpoints.keys()],
        clock,
        log,
      }),
      ...(authentication.isRequired ? [] : [useDnsRebindingProtection()]),
      useAuthentication({ authentication, rateLimit, log, paths: [endpoint, exportPath, metricsPath] }),
      useBodyLimit(limits.bodyBytes),
      useEventStreamSubscriptions({ connections, subscribe }),
      useEndpoints(endpoint, endpoints),
      useQueryLimits(limits, clock),
      useRequestValidation(),
      useErrorWording(),
    ],
  });
  return { yoga, subscribe, authentication, rateLimit, connections, operations, metrics };
}
