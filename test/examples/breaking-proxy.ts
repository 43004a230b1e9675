import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface BreakingProxy {
  /** The URL of the server through the proxy. */
  url: string;
  /** How often all connections were closed. */
  readonly breaks: number;
}

/**
 * A proxy between a client and a server. The first time the client sends `marker`, the server receives and executes the
 * request, but the proxy closes all connections instead of forwarding the response.
 */
export async function breakingProxy(serverUrl: string, marker: string): Promise<BreakingProxy> {
  const { hostname, port, pathname } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let breaks = 0;
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    let dropsResponse = false;
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      dropsResponse ||= breaks === 0 && data.includes(marker);
      server.write(data);
    });
    server.on('data', (data) => {
      if (!dropsResponse) client.write(data);
      else {
        breaks += 1;
        breakAll();
      }
    });
  });
  onTestFinished(() => {
    proxy.close();
    breakAll();
  });
  const listening = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `http://127.0.0.1:${listening}${pathname}`,
    get breaks() {
      return breaks;
    },
  };
}
