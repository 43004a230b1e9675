import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { inTime, received, type Received } from './received.ts';
import { type Closing, type Message, subprotocol } from './socket.ts';

/** A client of the graphql-transport-ws protocol that can stop reading, like a busy or suspended client. */
export interface PausingSocket extends AsyncDisposable {
  readonly messages: Received<Message>;
  /** The number of received WebSocket pings, without those of the graphql-transport-ws protocol. */
  readonly pings: number;
  send(message: Message): void;
  /** Waits for data and then stops reading, so that later data fills the network buffers. */
  pauseBehindNextData(): Promise<void>;
  resume(): void;
  /** Waits until either side has closed the socket. */
  closed(): Promise<Closing>;
}

/** Connects to a listening server and waits for its acknowledgement. */
export async function openPausingSocket(url: string, { answersPings = true } = {}): Promise<PausingSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), subprotocol, { autoPong: answersPings });
  const messages = received<Message>('the socket');
  let pings = 0;
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') messages.add(JSON.parse(data));
  });
  socket.on('ping', () => {
    pings += 1;
  });
  const closed = new Promise<Closing>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
  const connection = await inTime(
    'the socket opens',
    new Promise<Socket>((resolve, reject) => {
      socket.on('upgrade', (response) => resolve(response.socket));
      socket.on('error', reject);
    }),
  );
  const { type } = await messages.next();
  if (type !== 'connection_ack') throw new Error(`Expected connection_ack, got ${type}`);

  return {
    messages,
    get pings() {
      return pings;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    pauseBehindNextData: () =>
      inTime(
        'data comes',
        new Promise<void>((resolve) => {
          connection.once('data', () => {
            connection.pause();
            resolve();
          });
        }),
      ),
    resume: () => connection.resume(),
    closed: () => inTime('the socket is closed', closed),
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await inTime('the socket is closed', closed);
    },
  };
}
