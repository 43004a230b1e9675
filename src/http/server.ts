import { createServer, type Server } from 'node:http';
import { endpoint, type GraphqlHandler } from './graphql-handler.ts';
import { serveWebSockets } from './websocket.ts';

/** The server could not listen; the message says where and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface RunningServer {
  /** Where GraphQL is served. */
  url: string;
  /** Takes no more requests, answers those under way, ends every subscription. */
  stop(): Promise<void>;
}

/** Throws ListenError. */
export async function startServer(
  handler: GraphqlHandler,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer((request, response) => void handler(request, response));
  const answered = countAnswers(server);
  const closeSockets = serveWebSockets(server, handler);
  const listening = await listen(server, host, port);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}${endpoint}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeSockets();
      server.closeIdleConnections();
      await answered();
      // What is left are event streams, which have no end of their own.
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Counts the requests being answered, event streams apart. Returns what waits until there are none. */
function countAnswers(server: Server): () => Promise<void> {
  let underWay = 0;
  let onLast: (() => void) | undefined;
  server.on('request', (request, response) => {
    if (request.headers.accept?.includes('text/event-stream')) return;
    underWay += 1;
    response.on('close', () => {
      underWay -= 1;
      if (underWay === 0) onLast?.();
    });
  });
  return () =>
    new Promise((resolve) => {
      if (underWay === 0) resolve();
      else onLast = resolve;
    });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenError(error: Error, host: string, port: number): ListenError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new ListenError(
      `Port ${port} on ${host} is taken by another program. End it, or choose another port with PORT (0 picks a free one)`,
    );
  if (code === 'EACCES')
    return new ListenError(`This user may not listen on port ${port}. Choose one above 1023 with PORT`);
  return new ListenError(
    `The server cannot listen on ${host}, port ${port}: ${error.message}. Check HOST and PORT`,
  );
}
