import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  getOperationAST,
  Kind,
  print,
} from 'graphql';
import { mapIterable } from '../../domain/events/event-iterators.ts';
import { DeliveredStaleEvent } from '../../domain/stale/stale-watcher.ts';
import type { Clock } from '../../shared/clock.ts';
import type { EventLoopShares } from '../../shared/event-loop-shares.ts';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import type { Metrics, Transport } from '../metrics/metrics.ts';
import { type AnswerLimit, bounded, type SerializedResult } from './answer-text.ts';
import { maskedResult } from './masked-result.ts';
import { describeOperation } from './operation-log.ts';

/** Starts a subscription, as `subscribe` of graphql-js does. Errors and the log name the request. */
export type Subscribe = (
  args: ExecutionArgs,
  request: SubscriptionRequest,
) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;

export interface SubscriptionRequest {
  transport: Transport;
  requestId: string;
  /** The id of the client, see `Principal`. */
  clientId: string;
  /** Called once when a started subscription ends. */
  onEnd?: () => void;
}

export interface SharedSubscribeOptions {
  maskError: ErrorMask;
  metrics: Metrics;
  clock: Clock;
  /** Shares the event loop out between the clients whose events are executed. */
  shares: EventLoopShares;
  answerLimit: AnswerLimit;
}

/**
 * Executes each event once for all subscriptions that select the same fields. Every subscription must get the same
 * event object.
 */
export function createSharedSubscribe({
  maskError,
  metrics,
  clock,
  shares,
  answerLimit,
}: SharedSubscribeOptions): Subscribe {
  const results = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

  const shared = (
    event: unknown,
    selection: string,
    executeEvent: () => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> => {
    if (typeof event !== 'object' || event === null) return executeEvent();
    const bySelection = results.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    results.set(event, bySelection);
    // Errors are logged with the request id of the first subscription.
    const result = bySelection.get(selection) ?? executeEvent();
    bySelection.set(selection, result);
    return result;
  };

  const measureDelivery = (event: unknown, startedAt: Date): void => {
    if (!(event instanceof DeliveredStaleEvent)) return;
    const { staleAt } = event.event;
    // Leave out sessions that were already stale when the subscription started. Their events are not late.
    if (staleAt >= startedAt) metrics.stalePushed(clock.now().getTime() - staleAt.getTime());
  };

  return async (args, { transport, requestId, clientId, onEnd }) => {
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return maskedResult(events, maskError, requestId);
    const selection = selectionOf(args);
    const executeEvent = async (event: unknown) => {
      await shares.waitIfUsed(clientId);
      const result = maskedResult(await execute({ ...args, rootValue: event }), maskError, requestId);
      // Yoga calls this function for event streams.
      const stringify = (sent: object) => bounded(JSON.stringify(sent), answerLimit);
      return { ...result, stringify } satisfies SerializedResult;
    };
    const startedAt = clock.now();
    const { operation } = describeOperation(args.document, args.operationName);
    const countEnd = metrics.subscriptionStarted(transport, operation);
    let hasEnded = false;
    const ended = () => {
      if (hasEnded) return;
      hasEnded = true;
      countEnd();
      onEnd?.();
    };
    let last: unknown;
    const next = async (iterator: AsyncIterator<unknown>): Promise<IteratorResult<ExecutionResult>> => {
      // A subscriber that requests the next event has received the previous event, so measure its delay now.
      if (last !== undefined) measureDelivery(last, startedAt);
      last = undefined;
      try {
        const event = await iterator.next();
        if (event.done === true) {
          ended();
          return { done: true, value: undefined };
        }
        const value = await shared(event.value, selection, () => executeEvent(event.value));
        last = event.value;
        return { done: false, value };
      } catch (error) {
        ended();
        throw maskError(error, requestId);
      }
    };
    return mapIterable(events, next, ended);
  };
}

/**
 * Returns the fields that a subscription selects, and the variables in these fields, as text. Leaves out the
 * subscription's arguments, because they only filter events.
 */
export function selectionOf({ document, operationName, variableValues }: ExecutionArgs): string {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) return print(document);
  const selections = operation.selectionSet.selections.map((field) =>
    field.kind === Kind.FIELD ? { ...field, arguments: [] } : field,
  );
  const text = print({
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, variableDefinitions: [], selectionSet: { ...operation.selectionSet, selections } },
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  });
  const used = new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  const variables = operation.variableDefinitions
    ?.filter(({ variable }) => used.has(variable.name.value))
    .map((definition) => [print(definition), variableValues?.[definition.variable.name.value]]);
  return `${text}\n${JSON.stringify(variables)}`;
}
