import type { IncomingMessage, Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type Clock, noLongerThan } from '../clock.ts';
import type { Log } from '../log.ts';
import { largestBody } from './body-limit.ts';
import { endpoint, type GraphqlHandler } from './graphql-handler.ts';
import { keepRequestId, withRequestId } from './request-id.ts';

export interface SocketServer {
  /** Waits until every query and mutation that was begun is answered. */
  answered(): Promise<void>;
  /** Closes every socket. */
  close(): Promise<void>;
}

/** How long a client may take to agree to the end of its socket, in milliseconds. */
const farewellMs = 1_000;

/**
 * Serves the `graphql-transport-ws` protocol on the same server and path as HTTP, through the same parsing,
 * validation, context and error masking.
 */
export function serveWebSockets(
  server: Server,
  handler: GraphqlHandler,
  { clock, log }: { clock: Clock; log: Log },
): SocketServer {
  const sockets = new WebSocketServer({
    server,
    path: endpoint,
    maxPayload: largestBody,
    verifyClient: ({ origin, req }: { origin: string | undefined; req: IncomingMessage }) =>
      isOurPage(origin, req.headers.host),
  });

  const running = new WeakMap<ExecutionArgs, ReturnType<GraphqlHandler['getEnveloped']>>();
  const enveloped = (args: ExecutionArgs) => {
    const found = running.get(args);
    if (found === undefined) throw new Error('An operation was run that was not prepared');
    return found;
  };

  const executing = new Set<Promise<unknown>>();
  const service = useServer(
    {
      // The reason of a fault is for the log and not for the client.
      isProd: true,
      async execute(args) {
        const result = withRequestId(async () => enveloped(args).execute(args));
        executing.add(result);
        try {
          return await result;
        } finally {
          executing.delete(result);
        }
      },
      subscribe: (args) =>
        withRequestId(async () => {
          const result = await enveloped(args).subscribe(args);
          return Symbol.asyncIterator in result ? keepRequestId(result) : result;
        }),
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
  sockets.on('connection', (socket) => {
    // By default these are printed as faults of the server; they are what a client sent: too much, or no frames.
    socket.removeAllListeners('error');
    socket.on('error', (error) => log.debug({ err: error }, 'a socket is closed'));
  });
  return {
    async answered() {
      while (executing.size > 0) await Promise.allSettled(executing);
      // A result is sent once those who wait for it have had their turn.
      await setImmediate();
    },
    async close() {
      const closed = Promise.resolve(service.dispose());
      await noLongerThan(farewellMs, clock, closed);
      for (const socket of sockets.clients) socket.terminate();
      await closed;
    },
  };
}

/**
 * Browsers let the pages of every site open sockets to every other, and say which site it was. Programs say nothing
 * and are let in.
 */
function isOurPage(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
