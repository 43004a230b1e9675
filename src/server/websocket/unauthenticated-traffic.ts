import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Limits } from '../../graphql/limits/limits.ts';
import { messageTooBigCode, policyViolationCode } from './close-socket.ts';

export interface TrafficLimitOptions {
  connection: Socket;
  limits: Pick<Limits, 'socketMessagesBeforeInit' | 'socketBytesBeforeInit'>;
  /** Closes the WebSocket, because its client exceeded the limit of a setting. */
  reject(setting: string, code: number, reason: string): void;
}

/** Limits what a client sends on a WebSocket before it is authenticated. Call the returned function after that. */
export function limitUnauthenticatedTraffic(
  socket: WebSocket,
  { connection, limits, reject }: TrafficLimitOptions,
): () => void {
  let messages = 0;
  let bytes = 0;
  let isRejected = false;
  const stop = () => {
    for (const event of frameEvents) socket.off(event, countMessage);
    connection.off('data', countBytes);
  };
  const exceeded = (setting: string, code: number, what: string) => {
    if (isRejected) return;
    isRejected = true;
    reject(setting, code, `More than ${what} before connection_ack (${setting}). Send only connection_init`);
  };
  const countMessage = () => {
    messages += 1;
    if (messages > limits.socketMessagesBeforeInit)
      exceeded(
        'MAX_SOCKET_MESSAGES_BEFORE_INIT',
        policyViolationCode,
        `${limits.socketMessagesBeforeInit} messages`,
      );
  };
  const countBytes = (chunk: Buffer) => {
    bytes += chunk.length;
    // The client can still confirm the closing. Reading a flood until then would hold up other clients.
    if (bytes > 2 * limits.socketBytesBeforeInit) socket.pause();
    if (bytes > limits.socketBytesBeforeInit)
      exceeded('MAX_SOCKET_BYTES_BEFORE_INIT', messageTooBigCode, `${limits.socketBytesBeforeInit} bytes`);
  };
  for (const event of frameEvents) socket.on(event, countMessage);
  connection.on('data', countBytes);
  return stop;
}

const frameEvents = ['message', 'ping', 'pong'] as const;
