import { GraphQLError } from 'graphql';
import { YogaServer } from 'graphql-yoga';
import type { Principal } from '../../domain/principal.ts';
import type { Authentication } from '../auth/authentication.ts';
import { type Context, createContext, type Services } from '../../graphql/context.ts';
import { withExistingNames } from '../../graphql/filter-names.ts';
import { schema } from '../../graphql/schema.ts';
import { shortError } from '../../graphql/short-errors.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { principalIn, type ServerContext } from './authentication.ts';
import { createOperationLog } from '../operations/operation-log.ts';
import { useErrorWording } from '../operations/error-wording.ts';
import { createCors } from './cors.ts';
import { useJsonBody } from './json-body.ts';
import { useRequestValidation } from './request-validation.ts';
import { createLongLivedConnections } from '../operations/long-lived-connections.ts';
import { csvExportEndpoint, exportPath } from './csv-export.ts';
import { createGraphiqlPage } from './graphiql.ts';
import type { Endpoint } from './endpoints.ts';
import { healthEndpoint, type HealthOptions, healthPath, readyPath } from './health.ts';
import { useErrorMask } from './error-mask.ts';
import { useEventStreamSubscriptions } from './event-stream-subscriptions.ts';
import { createErrorMask, type ErrorMask, serverErrorWords } from '../../graphql/mask-error.ts';
import { metricsEndpoint, type MetricsEndpointOptions, metricsPath } from './metrics-endpoint.ts';
import { createHttpHandler } from './http-handler.ts';
import { KnownResponse } from './known-response.ts';
import { createRequestMetrics, useOperationLog } from './request-metrics.ts';
import { documentCaches, useValidationCache } from '../operations/document-caches.ts';
import type { AnswerLimit } from '../operations/answer-text.ts';
import { createHeavyOperations } from '../operations/heavy-operations.ts';
import { useQueryLimits } from '../operations/query-limits.ts';
import { limitedSubscribe } from '../operations/subscription-limits.ts';
import { createUnreadAnswers } from '../operations/unread-answers.ts';
import { createEventLoopShares } from '../../shared/event-loop-shares.ts';
import { useAnswerLimits } from './answer-limits.ts';
import { useShortErrors } from '../operations/short-errors.ts';
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
  const hideDetails = createErrorMask({ log, words: serverErrorWords });
  const maskError: ErrorMask = (error, requestId) => {
    const short = error instanceof GraphQLError ? shortError(error) : error;
    const masked = hideDetails(short, requestId);
    if (masked !== short) log.debug({ err: short, requestId }, 'request answered with an error');
    return shortError(masked);
  };
  const contextOf = (principal: Principal) => createContext(services, principal);
  const operations = createOperationLog({ metrics, clock, log });
  const answerLimit: AnswerLimit = {
    maxBytes: limits.answerBytes,
    onExceeded: () => metrics.limitExceeded('MAX_ANSWER_BYTES'),
  };
  const shares = createEventLoopShares({ turnMs: limits.turnMs, steadyMs: clock.steadyMs });
  const subscribe = limitedSubscribe(
    createSharedSubscribe({ maskError, metrics, clock, shares, answerLimit }),
    limits,
  );
  const rateLimit = createRateLimit(limits, clock);
  const unreadAnswers = createUnreadAnswers(limits);
  const connections = createLongLivedConnections(limits, authentication);
  const health = healthEndpoint({ findFailedChecks, log });
  const endpoints = new Map<string, Endpoint>([
    [healthPath, health],
    [readyPath, health],
    [metricsPath, metricsEndpoint({ metrics, countSessions, log })],
    [
      exportPath,
      csvExportEndpoint({
        checkNames: (filter) => withExistingNames(filter, services),
        pageOf: (page) => services.analyticsWorker.run('sessionsAsCsv', page),
        authentication,
        clock,
        log,
        maskError,
      }),
    ],
  ]);
  // Use Yoga's pipeline without its HTTP adapter, which costs more than the rest of a small request.
  const yoga = new YogaServer<ServerContext & Context, object>({
    schema,
    graphqlEndpoint: endpoint,
    fetchAPI: { Response: KnownResponse },
    // `createHttpHandler` does the work of these plugins.
    graphiql: false,
    landingPage: false,
    cors: false,
    maxRequestBodySize: false,
    multipart: false,
    parserAndValidationCache: documentCaches(),
    maskedErrors: false,
    logging: {
      debug: log.isLevelEnabled('debug') ? (...parts) => log.debug(parts.join(' ')) : () => {},
      info: (...parts) => log.info(parts.join(' ')),
      warn: (...parts) => log.warn(parts.join(' ')),
      // Log these errors only at the level debug, because the error mask logs the unexpected errors.
      error: (...parts) => log.debug({ parts }, 'request answered with an error'),
    },
    plugins: [
      useErrorMask(maskError),
      useOperationLog(operations),
      useEventStreamSubscriptions({ connections, subscribe }),
      useQueryLimits({
        limits,
        clock,
        rateLimit,
        unreadAnswers,
        shares,
        executeHeavy: createHeavyOperations(limits, shares),
      }),
      useShortErrors(),
      useValidationCache(),
      useRequestValidation(),
      useJsonBody(),
      useErrorWording(),
      useAnswerLimits(answerLimit, unreadAnswers),
    ],
  });
  const handle = createHttpHandler({
    graphqlPath: endpoint,
    // Yoga would copy each property of a context that it creates.
    graphql: (request, context) =>
      yoga.handle(request, Object.assign(contextOf(principalIn(context)), context, { waitUntil })),
    endpoints,
    authenticatedPaths: [endpoint, exportPath, metricsPath],
    page: graphiql ? createGraphiqlPage({ requiresToken: authentication.isRequired }) : undefined,
    cors: createCors(allowedOrigins),
    maxBodyBytes: limits.bodyBytes,
    metrics: createRequestMetrics({ metrics, routes: [endpoint, ...endpoints.keys()], clock, log }),
    authentication,
    rateLimit,
    onLimitExceeded: metrics.limitExceeded,
    log,
    maskError,
  });
  return {
    yoga,
    contextOf,
    handle,
    subscribe,
    maskError,
    authentication,
    rateLimit,
    shares,
    answerLimit,
    unreadAnswers,
    connections,
    operations,
    metrics,
  };
}

/** Nothing in this server gives Yoga work for after the response. */
function waitUntil(): void {}
