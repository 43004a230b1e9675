import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { SessionChangedDocument } from '../../src/client/generated/graphql.ts';
import { subscribe } from '../../src/client/subscribe.ts';
import { type Message, subprotocol } from '../support/socket.ts';

/** A server that acknowledges all clients, and calls `answer` for each request with its number. */
async function serverThat(
  answer: (socket: WebSocket, id: string | undefined, request: number) => void,
  port = 0,
): Promise<number> {
  let requests = 0;
  const server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => subprotocol });
  server.on('connection', (socket) => {
    socket.addEventListener('message', ({ data }) => {
      const { type, id }: Message = JSON.parse(typeof data === 'string' ? data : '');
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type !== 'subscribe') return;
      requests += 1;
      answer(socket, id, requests);
    });
  });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  await once(server, 'listening');
  return portOf(server.address());
}

const portOf = (address: string | { port: number } | null) =>
  typeof address === 'object' && address !== null ? address.port : 0;

const event = (id: string | undefined, number: number) =>
  JSON.stringify({ id, type: 'next', payload: { data: { sessionChanged: number } } });

/** A subscriber that records the reasons of lost connections. */
function subscriber(port: number) {
  const lost: string[] = [];
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const events = subscribe({ url: `http://127.0.0.1:${port}/graphql` }, SessionChangedDocument, () => ({}), {
    signal: ended.signal,
    onLost: (reason) => lost.push(reason),
  });
  return { events, lost, next: async () => (await events.next()).value };
}

describe('subscribe', () => {
  it.each<{ what: string; breakOff: (socket: WebSocket, id: string | undefined) => void }>([
    { what: '1006: connection lost', breakOff: (socket) => socket.terminate() },
    { what: '1011: server error', breakOff: (socket) => socket.close(1011) },
    { what: '1012: the server restarts', breakOff: (socket) => socket.close(1012) },
    { what: '4408: timeout in the server', breakOff: (socket) => socket.close(4408) },
    { what: '4500: server error', breakOff: (socket) => socket.close(4500) },
    {
      what: 'SERVER_STOPPING',
      breakOff: (socket, id) =>
        socket.send(
          JSON.stringify({
            id,
            type: 'error',
            payload: [{ message: 'Stopping', extensions: { code: 'SERVER_STOPPING' } }],
          }),
        ),
    },
  ])('reconnects after the connection ends with $what', async ({ breakOff }) => {
    const port = await serverThat((socket, id, request) => {
      if (request === 1) socket.send(event(id, 1), () => breakOff(socket, id));
      else if (request === 2) breakOff(socket, id);
      else socket.send(event(id, 2));
    });
    const { next, events } = subscriber(port);

    expect(await next()).toMatchObject({ sessionChanged: 1 });
    expect(await next()).toMatchObject({ sessionChanged: 2 });
    await events.return();
  });

  it.each([4400, 4406, 4409])(
    'throws an error after a close with %s, which a new attempt would repeat',
    async (code) => {
      const { next } = subscriber(await serverThat((socket) => socket.close(code, 'No')));
      await expect(next()).rejects.toThrow('The server ended SessionChanged: No');
    },
  );

  it('connects when a server is available, after rejected and broken connections', async () => {
    const refusing = createServer((connection) => connection.destroy());
    refusing.listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const port = portOf(refusing.address());
    const { events, lost, next } = subscriber(port);
    const first = next();
    await once(refusing, 'connection');
    await once(refusing, 'connection');
    refusing.close();
    await serverThat((socket, id) => socket.send(event(id, 1)), port);

    expect(await first).toMatchObject({ sessionChanged: 1 });
    expect(lost).toHaveLength(1);
    await events.return();
  });
});
