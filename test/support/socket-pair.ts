import { once } from 'node:events';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { inTime } from './received.ts';

/** Both sides of a WebSocket. */
export interface SocketPair {
  /** The side of the server. */
  socket: WebSocket;
  /** The connection of the server's side. */
  connection: Socket;
  client: WebSocket;
}

/** Opens a WebSocket to a server that sends nothing itself. Closes both when the test finishes. */
export async function openSocketPair(): Promise<SocketPair> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const accepted = new Promise<Pick<SocketPair, 'socket' | 'connection'>>((resolve) => {
    server.once('connection', (socket, { socket: connection }) => resolve({ socket, connection }));
  });
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  onTestFinished(() => {
    client.terminate();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const [sides] = await inTime('the WebSocket opens', Promise.all([accepted, once(client, 'open')]));
  return { ...sides, client };
}

/** Much more than the buffers of the operating system hold. */
export const longMessage = 'x'.repeat(30_000_000);
