import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Principal } from '../../domain/principal.ts';
import type { Context } from '../../graphql/context.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import { eventsWithWording, isWordingRequested, withWording } from '../operations/error-wording.ts';
import type { GraphqlHandler } from '../http/graphql-handler.ts';
import type { StartedOperation } from '../operations/operation-log.ts';
import { maskedResult } from '../operations/masked-result.ts';
import type { ProtocolOptions } from './graphql-transport-ws.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

export interface SocketOperationsOptions {
  handler: GraphqlHandler;
  limits: Pick<Limits, 'operationsPerSocket'>;
  principalOf(socket: WebSocket): Principal;
  /** Called when a query or mutation on a WebSocket has been answered completely. */
  onAnswered(socket: WebSocket): void;
}

export interface SocketOperations {
  hooks: Required<Pick<ProtocolOptions, 'execute' | 'subscribe' | 'onSubscribe' | 'onComplete'>>;
  /** Whether a query or mutation on the WebSocket is still running. */
  hasUnanswered(socket: WebSocket): boolean;
  /** Removes a closed WebSocket. Its operations still run to their end. */
  forget(socket: WebSocket): void;
  /** Rejects all operations that have not started yet. */
  stop(): void;
  /** Waits until no operation is running, even on closed WebSockets. */
  settled(): Promise<void>;
}

/** A validated operation of a WebSocket, ready for execution. */
interface PreparedOperation {
  execute: ReturnType<GraphqlHandler['yoga']['getEnveloped']>['execute'];
  context: Context;
  started: StartedOperation;
  requestId: string;
  wantsWording: boolean;
}

/**
 * Runs the operations of all WebSockets, with the same parsing, validation, context and error masking as over HTTP.
 */
export function createSocketOperations({
  handler,
  limits,
  principalOf,
  onAnswered,
}: SocketOperationsOptions): SocketOperations {
  let isStopping = false;
  const executing = new Set<Promise<unknown>>();
  /** The running queries and mutations, with their WebSockets. */
  const unanswered = new Map<SubscribePayload, WebSocket>();

  const prepared = new WeakMap<ExecutionArgs, PreparedOperation>();
  const preparedOf = (args: ExecutionArgs) => {
    const found = prepared.get(args);
    if (found === undefined) throw new Error('The operation was not validated before its execution');
    return found;
  };

  return {
    hooks: {
      async execute(args) {
        const { execute, context, started, requestId, wantsWording } = preparedOf(args);
        const execution = (async () => maskedResult(await execute(args), handler.maskError, requestId))();
        executing.add(execution);
        try {
          const result = await execution;
          started.answered(result, context.expectedErrors);
          return wantsWording ? withWording(result, context.recordedWordings) : result;
        } finally {
          executing.delete(execution);
        }
      },
      // Yoga's own `subscribe` would take several turns of the event loop for each event.
      async subscribe(args) {
        const { started, requestId, wantsWording, context } = preparedOf(args);
        const { clientId } = context.principal;
        const result = await handler.subscribe(args, { transport: 'websocket', requestId, clientId });
        started.answered(result, []);
        if (!wantsWording) return result;
        return Symbol.asyncIterator in result ? eventsWithWording(result) : withWording(result, []);
      },
      onSubscribe: async ({ extra, subscriptions }, _id, params) => {
        const principal = principalOf(extra.socket);
        await handler.shares.waitIfUsed(principal.clientId);
        const requestId = randomUUID();
        const started = handler.operations.start('websocket', requestId, principal);
        const rejected = (errors: readonly GraphQLError[]) => {
          started.answered({ errors }, []);
          return errors;
        };
        // `subscriptions` already contains the new operation.
        const operationsOnSocket = Object.keys(subscriptions).length;
        if (operationsOnSocket > limits.operationsPerSocket)
          return rejected([tooManyOperations(limits.operationsPerSocket)]);
        const context = handler.contextOf(principal);
        const operation = handler.yoga.getEnveloped(context);
        try {
          handler.rateLimit.countPrincipal(principal);
          const document = operation.parse(params.query);
          const errors = operation.validate(operation.schema, document);
          if (errors.length > 0) return rejected(errors);
          started.parsed(document, params.operationName);
          const args: ExecutionArgs = {
            schema: operation.schema,
            document,
            operationName: params.operationName,
            variableValues: params.variables,
            contextValue: context,
          };
          // Do not use `await` after this check, because the server could stop during the wait.
          if (isStopping) return rejected([serverStopping()]);
          const kind = getOperationAST(document, params.operationName)?.operation;
          if (kind === undefined) return rejected([unknownOperation()]);
          if (kind === OperationTypeNode.QUERY || kind === OperationTypeNode.MUTATION)
            unanswered.set(params, extra.socket);
          prepared.set(args, {
            execute: operation.execute,
            context,
            started,
            requestId,
            wantsWording: isWordingRequested(params.extensions),
          });
          return args;
        } catch (error) {
          // Throw only unexpected errors: they close the WebSocket and end all its operations.
          if (!(error instanceof GraphQLError)) throw error;
          // On a WebSocket, errors of the parser have no code. Over HTTP, Yoga adds GRAPHQL_PARSE_FAILED.
          error.extensions.code ??= 'GRAPHQL_PARSE_FAILED';
          return rejected([error]);
        }
      },
      onComplete({ extra: { socket } }, _id, params) {
        if (!unanswered.has(params)) return;
        // graphql-ws sends `complete` after this hook. Wait for it, because `onAnswered` may close the WebSocket.
        setImmediate(() => {
          unanswered.delete(params);
          onAnswered(socket);
        });
      },
    },
    hasUnanswered: (socket) => [...unanswered.values()].includes(socket),
    forget(socket) {
      for (const [params, owner] of unanswered) if (owner === socket) unanswered.delete(params);
    },
    stop() {
      isStopping = true;
    },
    async settled() {
      while (executing.size > 0) await Promise.allSettled(executing);
    },
  };
}

function tooManyOperations(limit: number): GraphQLError {
  return new GraphQLError(
    `${limit} operations are running on this WebSocket, which is the limit. Complete an operation, or open another WebSocket. The operator can change the limit with MAX_OPERATIONS_PER_SOCKET`,
    {
      extensions: {
        code: 'TOO_MANY_OPERATIONS' satisfies ResponseErrorCode,
        limit,
        setting: 'MAX_OPERATIONS_PER_SOCKET',
      },
    },
  );
}

/** Creates the error for an operation that is not in the document. Over HTTP, the error is the same. */
function unknownOperation(): GraphQLError {
  return new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' satisfies ResponseErrorCode },
  });
}

function serverStopping(): GraphQLError {
  return new GraphQLError(
    'The server is stopping, and the operation was not executed. Connect again and repeat the operation',
    { extensions: { code: 'SERVER_STOPPING' satisfies ResponseErrorCode } },
  );
}
