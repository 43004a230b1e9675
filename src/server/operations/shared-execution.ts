import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  Kind,
  print,
} from 'graphql';
import { mapIterable } from '../../domain/events/event-iterators.ts';
import { turnedStaleAt } from '../../graphql/stale-session-loader.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Metrics, Transport } from '../metrics/metrics.ts';
import { describeOperation } from './operation-log.ts';

/** Starts a subscription, like `subscribe` of graphql-js. */
export type Subscribe = (
  args: ExecutionArgs,
  transport: Transport,
) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;

export interface SharedSubscribeOptions {
  maskError: (error: unknown) => Error;
  metrics: Metrics;
  clock: Clock;
}

/**
 * Executes each event once for all subscriptions with the same selection. This requires that subscriptions yield the
 * same object for the same event, and that they differ only in the arguments of the subscription field, such as a
 * filter. Errors are logged with the request id of the first subscription that executed the event.
 */
export function createSharedSubscribe({ maskError, metrics, clock }: SharedSubscribeOptions): Subscribe {
  const results = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

  const shared = (
    event: unknown,
    selection: string,
    executeEvent: () => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> => {
    if (typeof event !== 'object' || event === null) return executeEvent();
    const bySelection = results.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    results.set(event, bySelection);
    const result = bySelection.get(selection) ?? executeEvent();
    bySelection.set(selection, result);
    return result;
  };

  const masked = (result: ExecutionResult): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => asGraphqlError(maskError(error))) };

  const measureDelivery = (event: unknown, startedAt: Date): void => {
    const staleAt = turnedStaleAt(event);
    // Sessions that were stale before the subscription started say nothing about the delay of the server.
    if (staleAt !== undefined && staleAt >= startedAt)
      metrics.stalePushed(clock.now().getTime() - staleAt.getTime());
  };

  return async (args, transport) => {
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return masked(events);
    const selection = selectionOf(args);
    const inRequest = AsyncLocalStorage.snapshot();
    const executeEvent = (event: unknown) =>
      inRequest(async () => masked(await execute({ ...args, rootValue: event })));
    const startedAt = clock.now();
    const { operation } = describeOperation(args.document, args.operationName);
    let countEnd: (() => void) | undefined = metrics.subscriptionStarted(transport, operation);
    const ended = () => {
      countEnd?.();
      countEnd = undefined;
    };
    let last: unknown;
    const next = async (iterator: AsyncIterator<unknown>): Promise<IteratorResult<ExecutionResult>> => {
      // The subscriber requests the next event, so it has taken the last one.
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
        throw inRequest(() => maskError(error));
      }
    };
    return mapIterable(events, next, ended);
  };
}

function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/**
 * The selection on each event as text, with the variables it uses. The arguments of the subscription field only choose
 * the events, so they are left out.
 */
function selectionOf({ document, operationName, variableValues }: ExecutionArgs): string {
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
