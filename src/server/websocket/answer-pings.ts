import type { WebSocket } from 'ws';

/**
 * Answers the pings of the WebSocket protocol. While a pong waits to be sent, remembers only the latest ping, which is
 * enough for the protocol (RFC 6455, section 5.5.3). So a client that pings and does not read cannot fill the memory.
 */
export function answerPings(socket: WebSocket): void {
  let isAnswering = false;
  let latest: Buffer | undefined;

  const answer = (data: Buffer) => {
    isAnswering = true;
    socket.pong(data, false, () => {
      isAnswering = false;
      const next = latest;
      latest = undefined;
      if (next !== undefined && socket.readyState === socket.OPEN) answer(next);
    });
  };

  socket.on('ping', (data) => {
    if (socket.readyState !== socket.OPEN) return;
    // Copy the data, because it would keep the whole received chunk in memory.
    if (isAnswering) latest = Buffer.from(data);
    else answer(data);
  });
}
