import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Clock } from '../../shared/clock.ts';
import type { Context } from '../../graphql/context.ts';
import { turnedStaleAt } from '../../graphql/stale-session-loader.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics, SessionCounts, Transport } from '../metrics/metrics.ts';
import { type ServerContext, principalIn } from './authentication.ts';
import { type OperationLog, describeOperation, type OperationUnderWay } from '../operations/operation-log.ts';
import { methodNotAllowed } from './request-validation.ts';
import { currentRequestId, requestIdOf } from '../operations/request-id.ts';
import type { SubscriptionObserver } from '../operations/shared-execution.ts';

export const metricsPath = '/metrics';

export interface MetricsOptions {
  metrics: Metrics;
  operations: OperationLog;
  /** What there is of sessions, counted when somebody reads the numbers. */
  countSessions(): Promise<SessionCounts>;
  /** The paths that are served: any other counts as one and the same. */
  routes: readonly string[];
  clock: Clock;
  log: Log;
}

/** Until it is known what is asked for, a request has nothing of ours. */
function refusedIn(context: object): readonly string[] {
  const { refused = [] }: Partial<Context> = context;
  return refused;
}

/** Measures subscriptions and how long what turns stale takes to them. */
export function observeSubscriptions(
  metrics: Metrics,
  clock: Clock,
): (args: ExecutionArgs, transport: Transport) => SubscriptionObserver {
  return ({ document, operationName }, transport) => {
    const beganMs = clock.now().getTime();
    let ended: (() => void) | undefined = metrics.subscriptionBegan(
      transport,
      describeOperation(document, operationName).operation,
    );
    return {
      handedOver(event) {
        const staleAtMs = turnedStaleAt(event)?.getTime();
        // What was stale before anybody asked says nothing of how fast the server is.
        if (staleAtMs !== undefined && staleAtMs >= beganMs)
          metrics.stalePushed(clock.now().getTime() - staleAtMs);
      },
      ended() {
        ended?.();
        ended = undefined;
      },
    };
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/** Measures what is answered over HTTP. Goes before every plugin that answers a request. */
export function useMetrics({
  metrics,
  operations,
  routes,
  clock,
  log,
}: Omit<MetricsOptions, 'countSessions'>): Plugin<object, ServerContext> {
  const served = new Set(routes);
  const requests = new WeakMap<object, { beganMs: number; route: string }>();
  const underWay = new WeakMap<object, OperationUnderWay>();

  return {
    onRequest({ url, serverContext }) {
      const route = served.has(url.pathname) ? url.pathname : 'other';
      requests.set(serverContext, { beganMs: clock.steadyMs(), route });
    },
    onParams({ context }) {
      underWay.set(context, operations.begin('http', currentRequestId(), principalIn(context)));
    },
    onExecute({ args }) {
      underWay.get(args.contextValue)?.is(args.document, args.operationName);
    },
    onSubscribe({ args }) {
      underWay.get(args.contextValue)?.is(args.document, args.operationName);
    },
    onExecutionResult({ result, context }) {
      underWay.get(context)?.answered(result ?? {}, refusedIn(context));
    },
    onResponse({ request, response, serverContext }) {
      const nowMs = clock.steadyMs();
      const { beganMs, route } = requests.get(serverContext) ?? { beganMs: nowMs, route: 'other' };
      const method = methods.has(request.method) ? request.method : 'other';
      const { status } = response;
      metrics.requestAnswered({ route, method, status });
      if (!log.isLevelEnabled('debug')) return;
      const durationMs = nowMs - beganMs;
      log.debug(
        { requestId: requestIdOf(serverContext), route, method, status, durationMs },
        'a request was answered',
      );
    },
  };
}

/** Serves all that is measured in Prometheus' format. */
export function useMetricsPage({
  metrics,
  countSessions,
  log,
}: Pick<MetricsOptions, 'metrics' | 'countSessions' | 'log'>): Plugin {
  const counted = async () => {
    try {
      return await countSessions();
    } catch (error) {
      log.warn({ err: error }, 'the sessions could not be counted for the metrics');
      return undefined;
    }
  };

  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      if (url.pathname !== metricsPath) return;
      const refused = methodNotAllowed(request, metricsPath, fetchAPI.Response);
      if (refused !== undefined) return endResponse(refused);
      const headers = { 'content-type': metrics.contentType, 'cache-control': 'no-store' };
      const body = request.method === 'HEAD' ? null : await metrics.exposition(await counted());
      endResponse(new fetchAPI.Response(body, { headers }));
    },
  };
}
