import { WebSocket } from 'ws';
import type { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { type Events, queuedEvents } from './events.ts';
import { inTime, received } from './received.ts';

/** A message of the graphql-transport-ws protocol. */
export type Message = { type: string; id?: string; payload?: unknown };

/** The reason why a socket was closed. */
export type Closing = { code: number; reason: string };

/** A WebSocket that sends nothing automatically, for tests of the protocol. */
export interface RawSocket extends AsyncDisposable {
  send(message: Message | string): void;
  next(): Promise<Message>;
  readonly unread: readonly Message[];
  /** Waits until either side has closed the socket. */
  closed(): Promise<Closing>;
  close(): Promise<void>;
}

/** A client of the graphql-transport-ws protocol. */
export interface Socket extends AsyncDisposable {
  /** Starts an operation of any kind. Its responses are queued until they are read. */
  subscribe<Result, Variables>(
    document: TypedDocumentString<Result, Variables> | string,
    variables?: Variables,
  ): Events<Result>;
  closed(): Promise<Closing>;
  close(): Promise<void>;
}

export const subprotocol = 'graphql-transport-ws';

export async function openRawSocket(url: string, subprotocols = [subprotocol]): Promise<RawSocket> {
  const messages = received<Message>('the socket');
  const connection = await connect(url, subprotocols, (text) => messages.add(JSON.parse(text)));
  return {
    ...connection,
    send: (message) => connection.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: messages.next,
    get unread() {
      return messages.unread;
    },
    [Symbol.asyncDispose]: connection.close,
  };
}

/** Connects to a listening server, with this token if it is given, and waits for the acknowledgement. */
export async function openSocket(url: string, token?: string): Promise<Socket> {
  const answers = received<Message>('the socket');
  const operations = new Map<string, { add: (text: string) => void; end: (closing: Closing) => void }>();
  const connection = await connect(
    url,
    [subprotocol],
    (text) => {
      const { id = '' }: Message = JSON.parse(text);
      const operation = operations.get(id);
      if (operation === undefined) answers.add(JSON.parse(text));
      else operation.add(text);
    },
    (closing) => {
      for (const operation of operations.values()) operation.end(closing);
    },
  );
  const send = (message: Message) => connection.send(JSON.stringify(message));

  send({
    type: 'connection_init',
    ...(token === undefined ? {} : { payload: { authorization: `Bearer ${token}` } }),
  });
  const answer = await answers.next();
  if (answer.type !== 'connection_ack')
    throw new Error(`Expected connection_ack, got ${JSON.stringify(answer)}`);

  let count = 0;
  return {
    ...connection,
    subscribe<Result>(document: { toString(): string }, variables?: unknown) {
      count += 1;
      const id = String(count);
      const { events, add } = queuedEvents<Result>(`operation ${id}`, async () => {
        operations.delete(id);
        send({ id, type: 'complete' });
      });
      operations.set(id, {
        add: (text) => add(JSON.parse(text)),
        end: ({ code, reason }) => add({ type: 'closed', reason: `${code} ${reason}` }),
      });
      send({ id, type: 'subscribe', payload: { query: document.toString(), variables } });
      return events;
    },
    [Symbol.asyncDispose]: connection.close,
  };
}

async function connect(
  url: string,
  subprotocols: string[],
  onMessage: (text: string) => void,
  onClosed: (closing: Closing) => void = () => {},
) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), subprotocols);
  const closed = new Promise<Closing>((resolve) => {
    socket.on('close', (code, reason) => {
      const closing = { code, reason: reason.toString() };
      onClosed(closing);
      resolve(closing);
    });
  });
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') onMessage(data);
  });
  await inTime(
    'the socket opens',
    new Promise<void>((resolve, reject) => {
      socket.on('open', resolve);
      // After the socket is open, an error is followed by a close event, which is handled.
      socket.on('error', reject);
    }),
  );
  return {
    send: (text: string) => socket.send(text),
    closed: () => inTime('the socket is closed', closed),
    async close() {
      socket.close();
      await inTime('the socket is closed', closed);
    },
  };
}
