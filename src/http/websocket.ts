import type { Server } from 'node:http';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { largestBody } from './body-limit.ts';
import { endpoint, type GraphqlHandler } from './graphql-handler.ts';
import { withRequestId } from './request-id.ts';

/**
 * Serves the `graphql-transport-ws` protocol on the same server and path as HTTP, through the same parsing,
 * validation, context and error masking. Returns what closes every socket.
 */
export function serveWebSockets(server: Server, handler: GraphqlHandler): () => Promise<void> {
  const sockets = new WebSocketServer({ server, path: endpoint, maxPayload: largestBody });
  // A failed listen is reported by the HTTP server; the socket server repeats it.
  sockets.on('error', () => undefined);

  const running = new WeakMap<ExecutionArgs, ReturnType<GraphqlHandler['getEnveloped']>>();
  const enveloped = (args: ExecutionArgs) => {
    const found = running.get(args);
    if (found === undefined) throw new Error('An operation was run that was not prepared');
    return found;
  };

  const service = useServer(
    {
      execute: (args) => withRequestId(() => enveloped(args).execute(args)),
      subscribe: (args) => withRequestId(() => enveloped(args).subscribe(args)),
      onSubscribe: async (context, _id, params) => {
        const operation = handler.getEnveloped({
          req: context.extra.request,
          socket: context.extra.socket,
          params,
        });
        try {
          const document = operation.parse(params.query);
          const errors = operation.validate(operation.schema, document);
          if (errors.length > 0) return errors;
          const args: ExecutionArgs = {
            schema: operation.schema,
            document,
            operationName: params.operationName,
            variableValues: params.variables,
            contextValue: await operation.contextFactory(),
          };
          running.set(args, operation);
          return args;
        } catch (error) {
          // Thrown on, it would close the socket and end every other operation on it.
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
    },
    sockets,
  );
  return async () => {
    await service.dispose();
  };
}
