/** Sends texts to every socket at given instants. The parent process passes both. */
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { createWallClock } from './wall-clock.ts';

export type Messages = { atMs: number; text: string }[];

const wallClock = createWallClock();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket) => {
  // The only part of the protocol that a subscriber waits for.
  socket.once('message', () => socket.send('{"type":"connection_ack"}'));
});
server.on('listening', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.on('message', (messages: Messages) => void push(messages));

async function push(messages: Messages): Promise<void> {
  for (const { atMs, text } of messages) {
    const waitMs = atMs - wallClock();
    // Rounded up, because a timer ignores fractions of milliseconds and would fire early.
    if (waitMs > 0) await delay(Math.ceil(waitMs));
    for (const socket of server.clients) socket.send(text);
  }
}
