import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { handleProtocols, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../shared/clock.ts';
import type { Context } from '../../graphql/context.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { OperationUnderWay } from '../operations/operation-log.ts';
import { isOwnName } from '../http/dns-rebinding.ts';
import { endpoint, type GraphqlHandler } from '../http/graphql-handler.ts';
import { serveGraphqlTransportWs } from './graphql-transport-ws.ts';
import { keepAlive } from './keep-alive.ts';
import { withRequestId } from '../operations/request-id.ts';
import { createSocketAuthentication } from './socket-authentication.ts';

export interface SocketServerOptions {
  limits: Limits;
  /** The sites whose pages may open sockets, beside the server's own. */
  allowedOrigins: readonly string[];
  clock: Clock;
  log: Log;
}

export interface SocketServer {
  /**
   * Begins no operation any more, and closes each socket as soon as the queries and mutations that were begun on it
   * are answered. Waits until all are closed and everything that was begun has come to its end.
   */
  stop(): Promise<void>;
  /** Breaks off what is left. */
  terminate(): void;
}

/** An operation that was found to be in order. */
interface RunningOperation {
  execute: ReturnType<GraphqlHandler['yoga']['getEnveloped']>['execute'];
  context: Context;
  measured: OperationUnderWay;
  requestId: string;
}

/** What a socket is closed with when the server stops: a client may take it that there will be another one soon. */
const serviceRestart = 1012;

/** How long a client may take to agree to the end of its socket, in milliseconds. */
const farewellMs = 1_000;

/**
 * Serves the `graphql-transport-ws` protocol on the same server and path as HTTP, through the same parsing,
 * validation, context and error masking.
 */
export function serveWebSockets(
  server: Server,
  handler: GraphqlHandler,
  { limits, allowedOrigins, clock, log }: SocketServerOptions,
): SocketServer {
  const { authentication, rate, connections } = handler;
  const admission = createSocketAuthentication({ authentication, rate, connections, limits, clock, log });
  const sockets = new WebSocketServer({
    server,
    path: endpoint,
    maxPayload: limits.socketMessageBytes,
    handleProtocols: (offered) => handleProtocols(offered),
    verifyClient: ({ origin, req: { headers } }: { origin: string | undefined; req: IncomingMessage }) =>
      (origin === undefined || allowedOrigins.includes(origin) || isOwnPage(origin, headers.host)) &&
      (!authentication.isOpen || headers.host === undefined || isOwnName(headers.host)),
  });

  const running = new WeakMap<ExecutionArgs, RunningOperation>();
  const runningOf = (args: ExecutionArgs) => {
    const found = running.get(args);
    if (found === undefined) throw new Error('An operation was run that was not prepared');
    return found;
  };

  let stopping = false;
  const executing = new Set<Promise<unknown>>();
  /** The queries and mutations that are not answered yet, each with the socket on which it was sent. */
  const underWay = new Map<SubscribePayload, WebSocket>();

  const dismissWhenAnswered = (socket: WebSocket) => {
    if (!stopping || socket.readyState === socket.CLOSED) return;
    if ([...underWay.values()].includes(socket)) return;
    socket.close(serviceRestart, 'The server is stopping');
    const farewell = clock.setTimer(farewellMs, () => socket.terminate());
    socket.once('close', () => farewell.cancel());
  };

  serveGraphqlTransportWs(
    sockets,
    {
      async execute(args) {
        const { execute, context, measured, requestId } = runningOf(args);
        const result = withRequestId(async () => execute(args), requestId);
        executing.add(result);
        try {
          const answer = await result;
          measured.answered(answer, context.refused);
          return answer;
        } finally {
          executing.delete(result);
        }
      },
      // Not through Yoga, which would take several turns of its own for each event and each subscriber.
      async subscribe(args) {
        const { measured, requestId } = runningOf(args);
        const answer = await withRequestId(async () => handler.subscribe(args, 'websocket'), requestId);
        measured.answered(answer, []);
        return answer;
      },
      connectionInitWaitTimeout: limits.socketInitTimeoutMs,
      onConnect: ({ extra, connectionParams }) => admission.admit(extra, connectionParams),
      onSubscribe: async ({ extra, subscriptions }, _id, params) => {
        const principal = admission.principalOn(extra.socket);
        const requestId = randomUUID();
        const measured = handler.operations.begin('websocket', requestId, principal);
        const refused = (errors: readonly GraphQLError[]) => {
          measured.answered({ errors }, []);
          return errors;
        };
        // The one that is about to begin is among them.
        const underWayHere = Object.keys(subscriptions).length;
        if (underWayHere > limits.operationsPerSocket)
          return refused([tooManyOperations(limits.operationsPerSocket)]);
        const operation = handler.yoga.getEnveloped({
          req: extra.request,
          socket: extra.socket,
          principal,
          params,
        });
        try {
          if (principal.tokenId !== null) await rate.take(`token ${principal.tokenId}`);
          const document = operation.parse(params.query);
          const errors = operation.validate(operation.schema, document);
          if (errors.length > 0) return refused(errors);
          measured.is(document, params.operationName);
          const contextValue: Context = await operation.contextFactory();
          const args: ExecutionArgs = {
            schema: operation.schema,
            document,
            operationName: params.operationName,
            variableValues: params.variables,
            contextValue,
          };
          // Behind the last thing that is waited for, so that nothing slips in between.
          if (stopping) return refused([serverStopping()]);
          const kind = getOperationAST(document, params.operationName)?.operation;
          if (kind === undefined) return refused([noOperationChosen()]);
          if (kind === OperationTypeNode.QUERY || kind === OperationTypeNode.MUTATION)
            underWay.set(params, extra.socket);
          running.set(args, { execute: operation.execute, context: contextValue, measured, requestId });
          return args;
        } catch (error) {
          // Thrown on, it would close the socket and end every other operation on it.
          if (!(error instanceof GraphQLError)) throw error;
          // Over HTTP the errors of the parser are given this by the transport.
          error.extensions.code ??= 'GRAPHQL_PARSE_FAILED';
          return refused([error]);
        }
      },
      onComplete({ extra: { socket } }, _id, params) {
        if (!underWay.has(params)) return;
        // The client is told of the end right behind this.
        setImmediate(() => {
          underWay.delete(params);
          dismissWhenAnswered(socket);
        });
      },
    },
    log,
  );
  keepAlive(sockets, clock);
  sockets.on('connection', (socket) => {
    admission.opened(socket);
    const closed = handler.metrics.socketOpened();
    socket.once('close', () => {
      closed();
      for (const [params, asker] of underWay) if (asker === socket) underWay.delete(params);
    });
  });
  return {
    async stop() {
      stopping = true;
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      for (const socket of sockets.clients) dismissWhenAnswered(socket);
      await closed;
      // Begun for clients that have left since.
      while (executing.size > 0) await Promise.allSettled(executing);
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

function tooManyOperations(limit: number): GraphQLError {
  return new GraphQLError(
    `${limit} operations are under way on this socket, and no more are begun. Complete one, or open another socket; MAX_OPERATIONS_PER_SOCKET is the operator's setting for this`,
    { extensions: { code: 'TOO_MANY_OPERATIONS', limit } },
  );
}

/** As it is answered over HTTP. */
function noOperationChosen(): GraphQLError {
  return new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });
}

function serverStopping(): GraphQLError {
  return new GraphQLError(
    'The server is stopping and begins nothing new: nothing was done. Connect again and send the operation then',
    { extensions: { code: 'SERVER_STOPPING' } },
  );
}

/**
 * Browsers let the pages of every site open sockets to every other, and say which site it was. Programs say nothing
 * and are let in.
 */
function isOwnPage(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
