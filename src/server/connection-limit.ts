import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../graphql/limits/limits.ts';
import type { ResponseErrorCode } from '../shared/expected-error.ts';

export interface ConnectionLimitOptions {
  limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  /** Called with the name of the setting whose limit was reached. */
  onExceeded: (setting: string) => void;
}

/** Limits the open network connections. */
export interface ConnectionLimit {
  /** Counts the connections of this server. */
  limit(server: Server): void;
  /** Call this when the server begins to handle a request. */
  requestBegan(incoming: IncomingMessage): void;
  /** Call this when the request is answered, or its client has disconnected. */
  requestEnded(incoming: IncomingMessage): void;
}

/** The open connections that one limit counts, in the order in which they were opened or last used. */
type Group = Set<Socket>;

/** The connections from one address, and the groups that count them. */
interface Address {
  readonly name: string;
  readonly connections: Group;
  readonly groups: readonly Group[];
}

/**
 * Limits the open network connections, because each one takes memory and a file descriptor. Beyond a limit, a new
 * connection replaces the one that has been idle for longest, so that idle connections cannot lock out a client that
 * sends a request. If none is idle, the new connection gets the error TOO_MANY_CONNECTIONS.
 */
export function createConnectionLimit({ limits, onExceeded }: ConnectionLimitOptions): ConnectionLimit {
  const all: Group = new Set();
  const byAddress = new Map<string, Address>();
  const addresses = new WeakMap<Socket, Address>();
  const groupsOf = (connection: Socket) => addresses.get(connection)?.groups ?? [];
  /** The requests in progress. */
  const requests = new WeakMap<Socket, IncomingMessage>();

  const add = (connection: Socket, address: Address) => {
    byAddress.set(address.name, address);
    addresses.set(connection, address);
    for (const group of address.groups) group.add(connection);
    connection.on('close', onClose);
  };
  // One function for all connections, because each function takes memory.
  function onClose(this: Socket): void {
    const address = addresses.get(this);
    if (address === undefined) return;
    for (const group of address.groups) group.delete(this);
    if (address.connections.size === 0 && byAddress.get(address.name) === address)
      byAddress.delete(address.name);
  }
  // A client that sends its body slowly is idle, because it could otherwise lock out other clients.
  const isIdle = (connection: Socket) => requests.get(connection)?.complete !== true;
  const longestIdle = (group: Group): Socket | undefined => {
    for (let unchecked = group.size; unchecked > 0; unchecked -= 1) {
      const [oldest] = group;
      if (oldest === undefined || isIdle(oldest)) return oldest;
      moveToEnd(group, oldest);
    }
    return undefined;
  };
  const accept = (connection: Socket) => {
    const name = connection.remoteAddress ?? 'unknown';
    const address = byAddress.get(name) ?? createAddress(name, all);
    for (const limit of [
      { group: all, maximum: limits.connections, whose: 'to this server', setting: 'MAX_CONNECTIONS' },
      {
        group: address.connections,
        maximum: limits.connectionsPerAddress,
        whose: `from ${name}`,
        setting: 'MAX_CONNECTIONS_PER_ADDRESS',
      },
    ]) {
      if (limit.group.size < limit.maximum) continue;
      onExceeded(limit.setting);
      const replaced = longestIdle(limit.group);
      if (replaced === undefined) {
        refuse(connection, limit);
        return;
      }
      for (const group of groupsOf(replaced)) group.delete(replaced);
      replaced.destroy();
    }
    add(connection, address);
  };
  const requestBegan = (incoming: IncomingMessage) => {
    requests.set(incoming.socket, incoming);
  };
  return {
    limit(server) {
      server.on('connection', accept);
      // A WebSocket is a request that lasts as long as its connection.
      server.on('upgrade', requestBegan);
    },
    requestBegan,
    requestEnded({ socket }) {
      requests.delete(socket);
      for (const group of groupsOf(socket)) if (group.has(socket)) moveToEnd(group, socket);
    },
  };
}

function createAddress(name: string, all: Group): Address {
  const connections: Group = new Set();
  return { name, connections, groups: [all, connections] };
}

function moveToEnd(group: Group, connection: Socket): void {
  group.delete(connection);
  group.add(connection);
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
