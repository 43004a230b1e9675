import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Chance } from './chance.ts';

/** When a connection breaks: after the client's request, during a response, or after a delay. */
export const moments = ['asking', 'receiving', 'waiting'] as const;

export type Moment = (typeof moments)[number];

export interface UnreliableProxy {
  /** The URL of the servers through the proxy. */
  readonly url: string;
  /** The number of broken connections by moment. */
  readonly breaks: Readonly<Record<Moment, number>>;
  /** From now on, new connections are forwarded to these servers in turn. */
  lead(urls: readonly string[]): void;
  /** From now on, no connection is broken. */
  calmDown(): void;
}

/** A WebSocket client sends the HTTP upgrade, the connection_init message and then its request. */
const messageThatAsks = 3;
const longestWaitMs = 400;
const maxBytes = 4_000;

/** A proxy between clients and servers. Each connection goes to the next server, and breaks at a random moment. */
export async function unreliableProxy(chances: Chance): Promise<UnreliableProxy> {
  const sockets = new Set<Socket>();
  const breaks: Record<Moment, number> = { asking: 0, receiving: 0, waiting: 0 };
  let targets: readonly URL[] = [];
  let connections = 0;
  let calm = false;

  const proxy = createServer((client) => {
    const target = targets[connections % targets.length];
    connections += 1;
    if (target === undefined) {
      client.destroy();
      return;
    }
    const server = connect(Number(target.port), target.hostname);
    const moment = chances.pick(moments);
    let messages = 0;
    let bytesLeft = 1 + chances.below(maxBytes);
    let timer: NodeJS.Timeout | undefined;
    let broken = false;
    const breakOff = () => {
      if (broken) return;
      broken = true;
      breaks[moment] += 1;
      server.destroy();
      // The connection is either ended or reset.
      if (chances.below(2) === 0) client.destroy();
      else client.resetAndDestroy();
    };

    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      messages += 1;
      server.write(data);
      if (messages !== messageThatAsks) return;
      if (calm) return;
      if (moment === 'asking') breakOff();
      if (moment === 'waiting')
        timer = setTimeout(() => {
          if (!calm) breakOff();
        }, chances.below(longestWaitMs));
    });
    server.on('data', (data) => {
      // The connection breaks when the last bytes are written. Later bytes must not be sent, even after `calmDown`.
      if (bytesLeft <= 0) return;
      if (moment !== 'receiving' || messages < messageThatAsks || calm) {
        client.write(data);
        return;
      }
      // The cut is usually in the middle of a message.
      client.write(data.subarray(0, bytesLeft), bytesLeft <= data.length ? breakOff : undefined);
      bytesLeft -= data.length;
    });
  });
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    breaks,
    lead(urls) {
      targets = urls.map((url) => new URL(url));
    },
    calmDown() {
      calm = true;
    },
  };
}
