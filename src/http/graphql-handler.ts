import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { createContext, type Services } from '../graphql/context.ts';
import { schema } from '../graphql/schema.ts';
import type { Limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createAnsweredOperations } from './answered-operations.ts';
import { useBodyLimit } from './body-limit.ts';
import { useClearRefusals } from './clear-refusals.ts';
import { exportPath, useCsvExport } from './csv-export.ts';
import { useEventStreamMarks } from './event-streams.ts';
import { graphiqlOptions } from './graphiql.ts';
import { type HealthOptions, healthPath, readyPath, useHealth } from './health.ts';
import { createErrorMask } from './mask-error.ts';
import { type MetricsOptions, observeSubscriptions, useMetrics } from './metrics.ts';
import { usePageCheck } from './page-check.ts';
import { useRequestId } from './request-id.ts';
import { createSharedSubscribe } from './shared-events.ts';

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

/** Where GraphQL is served: HTTP, server-sent events, WebSocket and GraphiQL alike. */
export const endpoint = '/graphql';

export interface GraphqlHandlerOptions {
  log: Log;
  graphiql: boolean;
  limits: Limits;
  metrics: Metrics;
  countSessions: MetricsOptions['countSessions'];
  findObstacles: HealthOptions['findObstacles'];
}

/** What answers everything that comes over HTTP, and what begins subscriptions, wherever they come from. */
export function createGraphqlHandler(services: Services, options: GraphqlHandlerOptions) {
  const { log, graphiql, limits, metrics, countSessions, findObstacles } = options;
  const { clock } = services;
  const maskError = createErrorMask(log);
  const operations = createAnsweredOperations({ metrics, clock, log });
  const subscribe = createSharedSubscribe(maskError, observeSubscriptions(metrics, clock));
  const sharedEvents: Plugin = {
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args) => subscribe(args, 'http')),
  };
  const yoga = createYoga({
    schema,
    graphqlEndpoint: endpoint,
    context: () => createContext(services),
    graphiql: graphiql && graphiqlOptions,
    renderGraphiQL,
    landingPage: false,
    // Yoga's answers whatever ends like this, and no address ends with a space; ours is a plugin.
    healthCheckEndpoint: ' ',
    // Pages of other sites have no business here: a browser that runs next to the server is no proof of consent.
    cors: false,
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
        countSessions,
        routes: [endpoint, exportPath, healthPath, readyPath],
        clock,
        log,
      }),
      useHealth({ findObstacles, log }),
      useBodyLimit(limits.bodyBytes),
      useEventStreamMarks(),
      sharedEvents,
      {
        onRequest({ url, endResponse, fetchAPI }) {
          if (url.pathname === '/')
            endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: endpoint } }));
        },
      },
      useCsvExport({
        pageOf: (page) => services.background.ask('sessionsAsCsv', page),
        clock,
        log,
        maskError,
      }),
      usePageCheck(),
      useClearRefusals(endpoint),
    ],
  });
  return { yoga, subscribe, operations, metrics };
}
