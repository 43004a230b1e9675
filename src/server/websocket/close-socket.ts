import type { WebSocket } from 'ws';
import type { Clock } from '../../shared/clock.ts';

/** Close codes of WebSocket itself; those of the GraphQL protocol are in `CloseCode` of graphql-ws. */
export const restartCode = 1012;
export const tryAgainLaterCode = 1013;

/** How long a client may take to confirm the end of its socket, in milliseconds. */
const confirmationTimeoutMs = 1_000;

/** Ends a socket, whatever the cause. Only the first call for a socket has an effect. */
export type CloseSocket = (socket: WebSocket, code: number, reason: string) => void;

export function createCloseSocket(clock: Clock): CloseSocket {
  return (socket, code, reason) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code, shortened(reason));
    const timer = clock.setTimer(confirmationTimeoutMs, () => socket.terminate());
    socket.once('close', () => timer.cancel());
  };
}

/** The reason in a close frame has at most 123 bytes. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  // Cutting the text can split a character. The incomplete character is decoded as U+FFFD and removed.
  return `${bytes
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}
