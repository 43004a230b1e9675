import type { ExecutionArgs } from 'graphql';
import { turnedStaleAt } from '../../graphql/stale-session-loader.ts';
import type { Clock } from '../../shared/clock.ts';
import { describeOperation } from '../operations/operation-description.ts';
import type { SubscriptionObserver } from '../operations/shared-execution.ts';
import type { Metrics, Transport } from './metrics.ts';

/** Counts subscriptions, and measures how late stale events reach them. */
export function observeSubscriptions(
  metrics: Metrics,
  clock: Clock,
): (args: ExecutionArgs, transport: Transport) => SubscriptionObserver {
  return ({ document, operationName }, transport) => {
    const startedMs = clock.now().getTime();
    let onEnd: (() => void) | undefined = metrics.subscriptionStarted(
      transport,
      describeOperation(document, operationName).operation,
    );
    return {
      delivered(event) {
        const staleAtMs = turnedStaleAt(event)?.getTime();
        // Sessions that were stale before the subscription started say nothing about the delay of the server.
        if (staleAtMs !== undefined && staleAtMs >= startedMs)
          metrics.stalePushed(clock.now().getTime() - staleAtMs);
      },
      ended() {
        onEnd?.();
        onEnd = undefined;
      },
    };
  };
}
