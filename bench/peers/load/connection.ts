import { connect } from 'node:net';
import { type HttpResponse, readHttpResponse } from './http-response.ts';

/** A connection that stays open. It carries one request at a time. */
export interface Connection {
  /** Sends a GraphQL request, as JSON, and returns the JSON of the response. */
  send(json: string): Promise<string>;
  close(): void;
}

const nothing = Buffer.alloc(0);

/** Writes HTTP by hand, because an HTTP client would take more processor time than some of the servers. */
export function openConnection(url: string): Connection {
  const { hostname, port, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    'accept: application/json',
    'content-length: ',
  ].join('\r\n');
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let received = nothing;
  let waiting: { resolve(response: HttpResponse): void; reject(error: Error): void } | undefined;

  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const response = readHttpResponse(received);
    if (response === undefined) return;
    received = nothing;
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(response);
  });
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection')));

  return {
    async send(json) {
      const answered = new Promise<HttpResponse>((resolve, reject) => {
        waiting = { resolve, reject };
      });
      socket.write(`${head}${Buffer.byteLength(json)}\r\n\r\n${json}`);
      const { status, body } = await answered;
      if (status !== 200 || body.includes('"errors":')) throw new Error(`${status} ${body.slice(0, 400)}`);
      return body;
    },
    close: () => socket.destroy(),
  };
}
