import type { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { type Events, type Happening, queuedEvents } from './events.ts';

export interface EventStream<Event> extends Events<Event>, AsyncDisposable {
  readonly response: Response;
}

/** Starts an operation over server-sent events, with the `fetch` of an app or, if the app listens, the global one. */
export async function openEventStream<Result, Variables>(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  url: string,
  document: TypedDocumentString<Result, Variables> | string,
  variables?: Variables,
): Promise<EventStream<Result>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  if (response.body === null) throw new Error(`Expected a stream, got status ${response.status}`);
  const reader = response.body.getReader();
  const { events, add } = queuedEvents<Result>('the event stream', async () => {
    // A stream that the server has closed cannot be cancelled.
    await reader.cancel().catch(() => undefined);
    await over;
  });
  const over = read(reader, add);
  // Not spread, because `unread` is a getter.
  return Object.assign(events, { response, [Symbol.asyncDispose]: events.close });
}

async function read<Event>(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  add: (happening: Happening<Event>) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const blocks = (text + decoder.decode(chunk.value, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        // A line that begins with a colon is a comment that keeps the connection open.
        const { event, data } =
          /^event: (?<event>[^\r\n]*)\ndata: ?(?<data>[^\r\n]*)$/.exec(block)?.groups ?? {};
        if (event === 'next') add({ type: 'next', payload: JSON.parse(data ?? '') });
        else if (event === 'complete') add({ type: 'complete' });
        else if (block !== ':') throw new Error(`'${block}' is no event`);
      }
    }
    add({ type: 'closed', reason: 'the stream ended' });
  } catch (error) {
    add({ type: 'closed', reason: String(error) });
  }
}
