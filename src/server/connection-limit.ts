import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../graphql/limits/limits.ts';
import type { ResponseErrorCode } from '../shared/expected-error.ts';

export interface ConnectionLimitOptions {
  limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  /** Called with the name of the setting whose limit was reached. */
  onExceeded: (setting: string) => void;
}

/** The open connections that one limit counts. */
interface Group {
  readonly open: Set<Socket>;
  /** The connections without a complete request in progress, in the order in which they became idle. */
  readonly idle: Set<Socket>;
}

/**
 * Limits the open network connections, because each one takes memory and a file descriptor. Beyond a limit, a new
 * connection replaces the one that has been idle for longest, so that idle connections cannot lock out a client that
 * sends a request. If none is idle, the new connection gets the error TOO_MANY_CONNECTIONS.
 */
export function limitConnections(server: Server, { limits, onExceeded }: ConnectionLimitOptions): void {
  const all = emptyGroup();
  const byAddress = new Map<string, Group>();
  const groups = new WeakMap<Socket, readonly Group[]>();
  const groupsOf = (connection: Socket) => groups.get(connection) ?? [];

  const add = (connection: Socket, address: string, ofAddress: Group) => {
    byAddress.set(address, ofAddress);
    groups.set(connection, [all, ofAddress]);
    for (const { open, idle } of groupsOf(connection)) {
      open.add(connection);
      idle.add(connection);
    }
    connection.once('close', () => {
      remove(connection);
      if (ofAddress.open.size === 0 && byAddress.get(address) === ofAddress) byAddress.delete(address);
    });
  };
  const remove = (connection: Socket) => {
    for (const { open, idle } of groupsOf(connection)) {
      open.delete(connection);
      idle.delete(connection);
    }
  };

  server.on('connection', (connection: Socket) => {
    const address = connection.remoteAddress ?? 'unknown';
    const ofAddress = byAddress.get(address) ?? emptyGroup();
    for (const limit of [
      { group: all, maximum: limits.connections, whose: 'to this server', setting: 'MAX_CONNECTIONS' },
      {
        group: ofAddress,
        maximum: limits.connectionsPerAddress,
        whose: `from ${address}`,
        setting: 'MAX_CONNECTIONS_PER_ADDRESS',
      },
    ]) {
      if (limit.group.open.size < limit.maximum) continue;
      onExceeded(limit.setting);
      const [oldest] = limit.group.idle;
      if (oldest === undefined) {
        refuse(connection, limit);
        return;
      }
      remove(oldest);
      oldest.destroy();
    }
    add(connection, address, ofAddress);
  });

  /** The number of requests in progress. */
  const requests = new WeakMap<Socket, number>();
  const count = (connection: Socket, change: 1 | -1) => {
    const inProgress = (requests.get(connection) ?? 0) + change;
    requests.set(connection, inProgress);
    for (const { idle } of groupsOf(connection))
      if (inProgress > 0) idle.delete(connection);
      else if (!connection.destroyed) idle.add(connection);
  };
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    const begin = () => {
      if (response.writableEnded) return;
      count(incoming.socket, 1);
      response.once('close', () => count(incoming.socket, -1));
    };
    // A client that sends its body slowly is idle, because it could otherwise lock out other clients.
    if (hasBody(incoming)) incoming.once('end', begin);
    else begin();
  });
  // A WebSocket is a request that lasts as long as its connection.
  server.on('upgrade', ({ socket }: IncomingMessage) => count(socket, 1));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function emptyGroup(): Group {
  return { open: new Set(), idle: new Set() };
}

function refuse(
  connection: Socket,
  { maximum, whose, setting }: { maximum: number; whose: string; setting: string },
): void {
  const body = JSON.stringify({
    errors: [
      {
        message: `The limit of ${maximum} open connections ${whose} is reached (${setting}). Close or share a connection, and try again`,
        extensions: { code: 'TOO_MANY_CONNECTIONS' satisfies ResponseErrorCode, limit: maximum, setting },
      },
    ],
  });
  // Do not read the request, because it must not be executed.
  connection.pause();
  connection.end(
    [
      'HTTP/1.1 503 Service Unavailable',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
    () => connection.destroy(),
  );
}
