import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface BreakingProxy {
  /** Where the server is reached through the proxy. */
  url: string;
  /** How often everything was broken off. */
  readonly breaks: number;
}

/**
 * Stands between a client and a server. The first time the client sends `marker`, the server gets it and does what
 * it says, but in place of the answer every connection breaks.
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
    let answerIsLost = false;
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
      answerIsLost ||= breaks === 0 && data.includes(marker);
      server.write(data);
    });
    server.on('data', (data) => {
      if (!answerIsLost) client.write(data);
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
