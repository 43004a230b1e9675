import { WebSocket } from 'ws';
import {
  SessionTurnedStaleDocument,
  type SessionTurnedStaleSubscriptionVariables,
} from '../src/client/generated/graphql.ts';
import { createWallClock } from './wall-clock.ts';

/** A message that is not parsed yet: parsing it during the measurement would delay the next one. */
export interface Receipt {
  atMs: number;
  bytes: Buffer;
}

/** A socket that sends nothing by itself and records when each message arrives. */
export interface Subscriber {
  /** The messages of the current subscription, and the close of the socket if the server closed it. */
  readonly receipts: readonly Receipt[];
  /** Subscribes to `sessionTurnedStale`. */
  subscribe(variables: SessionTurnedStaleSubscriptionVariables): void;
  /** Ends the subscription. */
  unsubscribe(): void;
  /** Stops reading from the socket, like a program that hangs. */
  pause(): void;
  resume(): void;
  close(): void;
}

const wallClock = createWallClock();

/** Connects and waits for the acknowledgement of the server. */
export async function openSubscriber(url: string): Promise<Subscriber> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  let receipts: Receipt[] = [];
  let subscriptions = 0;
  const operation = () => `subscription-${subscriptions}`;
  const send = (message: object) => socket.send(JSON.stringify(message));
  await new Promise((resolve, reject) => {
    socket.once('open', () => send({ type: 'connection_init' }));
    socket.once('message', resolve);
    // After the connection is open, an error is followed by a close, which is recorded.
    socket.on('error', reject);
  });
  socket.on('message', (bytes: Buffer) => {
    const atMs = wallClock();
    // Messages of an earlier subscription can still arrive.
    if (bytes.includes(`"${operation()}"`)) receipts.push({ atMs, bytes });
  });
  socket.on('close', (code, reason) => {
    const bytes = Buffer.from(JSON.stringify({ closed: `${code} ${reason.toString()}`.trim() }));
    receipts.push({ atMs: wallClock(), bytes });
  });
  return {
    get receipts() {
      return receipts;
    },
    subscribe(variables) {
      subscriptions += 1;
      receipts = [];
      const payload = { query: SessionTurnedStaleDocument.toString(), variables };
      send({ id: operation(), type: 'subscribe', payload });
    },
    unsubscribe: () => send({ id: operation(), type: 'complete' }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      // Only a close by the server is recorded.
      socket.removeAllListeners('close');
      socket.terminate();
    },
  };
}

/** Opens the sockets one after the other, so that the server is not overloaded with new connections. */
export async function openSubscribers(url: string, count: number): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  while (subscribers.length < count) subscribers.push(await openSubscriber(url));
  return subscribers;
}
