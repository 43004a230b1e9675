import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/context.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { OperationLog, StartedOperation } from '../operations/operation-log.ts';
import { currentRequestId, requestIdOf } from '../operations/request-id.ts';
import { principalIn, type ServerContext } from './authentication.ts';

export interface RequestMetricsOptions {
  metrics: Metrics;
  operations: OperationLog;
  /** The paths that the server serves. In the metrics, all other paths share the label `other`. */
  routes: readonly string[];
  clock: Clock;
  log: Log;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/** Measures and logs HTTP requests. Add this plugin before every plugin that can end a request. */
export function useRequestMetrics({
  metrics,
  operations,
  routes,
  clock,
  log,
}: RequestMetricsOptions): Plugin<object, ServerContext> {
  const served = new Set(routes);
  const requests = new WeakMap<object, { startedMs: number; route: string }>();
  const started = new WeakMap<object, StartedOperation>();

  return {
    onRequest({ url, serverContext }) {
      const route = served.has(url.pathname) ? url.pathname : 'other';
      requests.set(serverContext, { startedMs: clock.steadyMs(), route });
    },
    onParams({ context }) {
      started.set(context, operations.start('http', currentRequestId(), principalIn(context)));
    },
    onExecute({ args }) {
      started.get(args.contextValue)?.parsed(args.document, args.operationName);
    },
    onSubscribe({ args }) {
      started.get(args.contextValue)?.parsed(args.document, args.operationName);
    },
    onExecutionResult({ result, context }) {
      started.get(context)?.answered(result ?? {}, expectedErrorsIn(context));
    },
    onResponse({ request, response, serverContext }) {
      const nowMs = clock.steadyMs();
      const { startedMs, route } = requests.get(serverContext) ?? { startedMs: nowMs, route: 'other' };
      const method = methods.has(request.method) ? request.method : 'other';
      const { status } = response;
      metrics.requestAnswered({ route, method, status });
      if (!log.isLevelEnabled('debug')) return;
      const durationMs = nowMs - startedMs;
      log.debug(
        { requestId: requestIdOf(serverContext), route, method, status, durationMs },
        'request answered',
      );
    },
  };
}

/** Returns the type names of the expected errors in a result. Empty if the request ended before its execution. */
function expectedErrorsIn(context: object): readonly string[] {
  const { expectedErrors = [] }: Partial<Context> = context;
  return expectedErrors;
}
