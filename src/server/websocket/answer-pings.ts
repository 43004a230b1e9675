import type { WebSocket } from 'ws';

/**
 * Answers the pings of the WebSocket protocol. While a pong waits to be sent, remembers only the latest ping, which is
 * enough for the protocol (RFC 6455, section 5.5.3). So a client that pings and does not read cannot fill the memory.
 */
export function answerPings(socket: WebSocket): void {
  socket.on('ping', onPing);
}

/** The WebSockets whose pong waits to be sent, with the latest ping since then. */
const answering = new WeakMap<WebSocket, Buffer | undefined>();

function onPing(this: WebSocket, data: Buffer): void {
  if (this.readyState !== this.OPEN) return;
  // Copy the data, because it would keep the whole received chunk in memory.
  if (answering.has(this)) answering.set(this, Buffer.from(data));
  else answer(this, data);
}

function answer(socket: WebSocket, data: Buffer): void {
  answering.set(socket, undefined);
  socket.pong(data, false, () => {
    const next = answering.get(socket);
    answering.delete(socket);
    if (next !== undefined && socket.readyState === socket.OPEN) answer(socket, next);
  });
}
