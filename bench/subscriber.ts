import { WebSocket } from 'ws';
import {
  SessionTurnedStaleDocument,
  type SessionTurnedStaleSubscriptionVariables,
} from '../src/client/generated/graphql.ts';
import { createWallClock } from './wall-clock.ts';

/** A message as it came in. Reading it waits until nothing is measured any more. */
export interface Receipt {
  atMs: number;
  bytes: Buffer;
}

/** A socket that says only what it is told to and notes when each message comes in. */
export interface Subscriber {
  /** What came in for the subscription; when the socket was closed, that as well. */
  readonly receipts: readonly Receipt[];
  /** Subscribes to what turns stale. */
  subscribe(variables: SessionTurnedStaleSubscriptionVariables): void;
  /** Ends the subscription. */
  unsubscribe(): void;
  /** Stops reading what arrives, as a program that hangs does. */
  pause(): void;
  resume(): void;
  close(): void;
}

const wallClock = createWallClock();

/** Connects and waits until the server has acknowledged. */
export async function openSubscriber(url: string): Promise<Subscriber> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  let receipts: Receipt[] = [];
  let subscriptions = 0;
  const operation = () => `subscription-${subscriptions}`;
  const send = (message: object) => socket.send(JSON.stringify(message));
  await new Promise((resolve, reject) => {
    socket.once('open', () => send({ type: 'connection_init' }));
    socket.once('message', resolve);
    // Once it is open, the close that follows an error tells.
    socket.on('error', reject);
  });
  socket.on('message', (bytes: Buffer) => {
    const atMs = wallClock();
    // What is still on its way from an earlier subscription is no answer to this one.
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
      // Only a close by the server is told of.
      socket.removeAllListeners('close');
      socket.terminate();
    },
  };
}

/** Opens so many, one after the other: what is measured is not a crowd at the door. */
export async function openSubscribers(url: string, count: number): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  while (subscribers.length < count) subscribers.push(await openSubscriber(url));
  return subscribers;
}
