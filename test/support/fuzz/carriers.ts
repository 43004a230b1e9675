import { openEventStream } from '../event-stream.ts';
import type { Happening } from '../events.ts';
import { eventually, inTime } from '../received.ts';
import { openSocket, type Socket } from '../socket.ts';
import type { FuzzedOperation } from './operations.ts';

/** The URL of the server, and the headers of every request. */
export interface Target {
  url: string;
  headers?: Readonly<Record<string, string>>;
}

/** A transport for operations. Returns the faults of the response, one sentence each, or an empty array. */
export interface Carrier {
  carrier: string;
  carry(target: Target, operation: FuzzedOperation): Promise<string[]>;
  close(): Promise<void>;
}

const sane = '{ workflow { phases } }';

/** Larger messages are rejected. */
const largestMessage = 100 * 1_024;

export function overHttp(): Carrier {
  return {
    carrier: 'HTTP',
    async carry(target, operation) {
      if (operation.kind === 'subscription') return overEventStream(target, operation);
      return [...(await asked(target, operation)), ...(await asked(target, { document: sane }))];
    },
    close: async () => {},
  };
}

async function asked(
  { url, headers }: Target,
  { document, variables }: Pick<FuzzedOperation, 'document'> & Partial<FuzzedOperation>,
): Promise<string[]> {
  const response = await inTime(
    'a request is answered',
    fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    }),
  );
  const text = await response.text();
  return [...(response.status >= 500 ? [`the status is ${response.status}`] : []), ...faultsOfText(text)];
}

async function overEventStream(target: Target, operation: FuzzedOperation): Promise<string[]> {
  const { url, headers = {} } = target;
  let status = 0;
  await using events = await openEventStream(
    async (address, init) => {
      const all = new Headers(init.headers);
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
      const response = await fetch(address, { ...init, headers: all });
      ({ status } = response);
      // Rejected before it was parsed, with a plain HTTP response.
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
        return new Response(`event: next\ndata: ${await response.text()}\n\n`);
      return response;
    },
    url,
    operation.document,
    operation.variables,
  );
  const faults = [...(await asked(target, { document: sane })), ...(await asked(target, { document: sane }))];
  return [
    ...(status >= 500 ? [`the status is ${status}`] : []),
    ...faults,
    // A stream may be closed after its last event.
    ...events.unread.filter(({ type }, index) => type !== 'closed' || index === 0).flatMap(faultsOfHappening),
  ];
}

/** All operations on one socket, which is opened again only after it was closed because a message was too large. */
export function overSocket(): Carrier {
  let socket: Socket | undefined;
  return {
    carrier: 'a socket',
    async carry({ url }, { kind, document, variables }) {
      socket ??= await openSocket(url);
      const events = socket.subscribe(document, { ...variables });
      const isOver = () => events.unread.some(({ type }) => type !== 'next');
      if (Buffer.byteLength(JSON.stringify({ document, variables })) > largestMessage - 200) {
        const { code } = await socket.closed();
        socket = undefined;
        return code === 1009 ? [] : [`a message that is too large ends the socket with ${code}`];
      }
      if (kind !== 'subscription') await eventually('an operation is answered', isOver);
      const others = [socket.subscribe(sane), socket.subscribe(sane)];
      for (const other of others)
        await eventually('the next operation is answered', () =>
          other.unread.some(({ type }) => type !== 'next'),
        );
      if (!isOver()) await events.close();
      return [events, ...others].flatMap(({ unread }) => unread.flatMap(faultsOfHappening));
    },
    close: async () => socket?.close(),
  };
}

function faultsOfHappening(happening: Happening<unknown>): string[] {
  if (happening.type === 'closed') return [`the connection is gone: ${happening.reason}`];
  if (happening.type === 'complete') return [];
  return problemsOf(happening.type === 'error' ? { errors: happening.payload } : happening.payload);
}

function faultsOfText(text: string): string[] {
  try {
    return problemsOf(JSON.parse(text));
  } catch {
    return [`the answer is no JSON: ${text.slice(0, 200)}`];
  }
}

/** Data without errors is correct. Every error needs a code that says whether the client or the server is at fault. */
function problemsOf(answer: {
  data?: unknown;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[] | undefined;
}): string[] {
  const { data, errors = [] } = answer;
  if (errors.length === 0)
    return data === undefined || data === null ? ['there is no data and no error'] : [];
  return errors
    .filter(({ extensions }) => {
      const code = extensions?.code;
      return typeof code !== 'string' || code === 'INTERNAL_SERVER_ERROR';
    })
    .map((error) => `an error without a cause that the client could mend: ${JSON.stringify(error)}`);
}
