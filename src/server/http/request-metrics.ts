import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/context.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import { principalIn, type ServerContext } from './authentication.ts';
import type { HttpRequest } from './http-request.ts';

/** Measures and logs HTTP requests. */
export interface RequestMetrics {
  /** Returns the start time for `requestAnswered`. */
  requestStarted(): number;
  requestAnswered(answered: AnsweredRequest): void;
}

export interface AnsweredRequest {
  request: HttpRequest;
  path: string;
  requestId: string;
  status: number;
  startedMs: number;
}

export interface RequestMetricsOptions {
  metrics: Metrics;
  /** The paths that the server serves. In the metrics, all other paths share the label `other`. */
  routes: readonly string[];
  clock: Clock;
  log: Log;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

export function createRequestMetrics({ metrics, routes, clock, log }: RequestMetricsOptions): RequestMetrics {
  const served = new Set(routes);
  return {
    requestStarted: clock.steadyMs,
    requestAnswered({ request, path, requestId, status, startedMs }) {
      const route = served.has(path) ? path : 'other';
      const method = methods.has(request.method) ? request.method : 'other';
      metrics.requestAnswered({ route, method, status });
      if (!log.isLevelEnabled('debug')) return;
      const durationMs = clock.steadyMs() - startedMs;
      log.debug({ requestId, route, method, status, durationMs }, 'request answered');
    },
  };
}

/** Measures and logs the GraphQL operations of HTTP requests. */
export function useOperationLog(operations: OperationLog): Plugin<ServerContext, ServerContext & Context> {
  return {
    onParams({ context }) {
      context.operation = operations.start('http', context.requestId, principalIn(context));
    },
    onExecute({ args }) {
      args.contextValue.operation?.parsed(args.document, args.operationName);
    },
    onSubscribe({ args }) {
      args.contextValue.operation?.parsed(args.document, args.operationName);
    },
    onExecutionResult({ result, context }) {
      context.operation?.answered(result ?? {}, context.expectedErrors);
    },
  };
}
