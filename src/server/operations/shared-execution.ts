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
import type { Transport } from '../metrics/metrics.ts';
import { mapIterable } from './mapped-iterable.ts';

/** Begins a subscription, like graphql's own `subscribe`. */
export type Subscribe = (
  args: ExecutionArgs,
  transport: Transport,
) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;

/** Is told how one subscription gets on. */
export interface SubscriptionObserver {
  /** The event has been taken: the reader asks for the next one. */
  handedOver(event: unknown): void;
  /** It may be told so more than once. */
  ended(): void;
}

/**
 * Answers an event once for all subscriptions that want to know the same of it, however many there are. Subscriptions
 * hand out the same object for the same event; what differs between them, such as a filter, stands in the arguments of
 * the subscription and not in what is asked about each event. An answer belongs to the request of the subscription
 * that came first, and so do its faults in the log.
 */
export function createSharedSubscribe(
  maskError: (error: unknown) => Error,
  observe: (args: ExecutionArgs, transport: Transport) => SubscriptionObserver,
): Subscribe {
  const answers = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

  const shared = (
    event: unknown,
    question: string,
    answer: () => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> => {
    if (typeof event !== 'object' || event === null) return answer();
    const byQuery = answers.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    answers.set(event, byQuery);
    const found = byQuery.get(question) ?? answer();
    byQuery.set(question, found);
    return found;
  };

  const masked = (result: ExecutionResult): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => asGraphqlError(maskError(error))) };

  return async (args, transport) => {
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return masked(events);
    const question = queryOf(args);
    const inRequest = AsyncLocalStorage.snapshot();
    const answer = (event: unknown) =>
      inRequest(async () => masked(await execute({ ...args, rootValue: event })));
    const observer = observe(args, transport);
    let last: unknown;
    const next = async (iterator: AsyncIterator<unknown>): Promise<IteratorResult<ExecutionResult>> => {
      if (last !== undefined) observer.handedOver(last);
      last = undefined;
      try {
        const event = await iterator.next();
        if (event.done === true) {
          observer.ended();
          return { done: true, value: undefined };
        }
        const value = await shared(event.value, question, () => answer(event.value));
        last = event.value;
        return { done: false, value };
      } catch (error) {
        observer.ended();
        throw inRequest(() => maskError(error));
      }
    };
    return mapIterable(events, next, observer.ended);
  };
}

function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/** What is asked about each event: the selection, without the arguments that choose the events. */
function queryOf({ document, operationName, variableValues }: ExecutionArgs): string {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) return print(document);
  const selections = operation.selectionSet.selections.map((field) =>
    field.kind === Kind.FIELD ? { ...field, arguments: [] } : field,
  );
  const selection = print({
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, variableDefinitions: [], selectionSet: { ...operation.selectionSet, selections } },
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  });
  const used = new Set([...selection.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  const variables = operation.variableDefinitions
    ?.filter(({ variable }) => used.has(variable.name.value))
    .map((definition) => [print(definition), variableValues?.[definition.variable.name.value]]);
  return `${selection}\n${JSON.stringify(variables)}`;
}
