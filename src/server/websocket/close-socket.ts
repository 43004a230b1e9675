import type { WebSocket } from 'ws';
import type { Clock } from '../../shared/clock.ts';

/** Close codes of the WebSocket protocol. `CloseCode` of graphql-ws has the close codes of the GraphQL protocol. */
export const policyViolationCode = 1008;
export const messageTooBigCode = 1009;
export const restartCode = 1012;
export const tryAgainLaterCode = 1013;

/** How long a client may take to confirm the closing of its WebSocket, in milliseconds. */
export const confirmationTimeoutMs = 1_000;

/** Closes a WebSocket. Does nothing if the WebSocket is not open. */
export type CloseSocket = (socket: WebSocket, code: number, reason: string) => void;

export function createCloseSocket(clock: Clock): CloseSocket {
  return (socket, code, reason) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code, shortened(reason));
    const timer = clock.setTimer(confirmationTimeoutMs, () => socket.terminate());
    socket.once('close', () => timer.cancel());
  };
}

/** Shortens the reason of a close frame to 123 bytes, the limit of the WebSocket protocol. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  // The cut can split the last character, which is then decoded as U+FFFD. Remove it.
  return `${bytes
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}
