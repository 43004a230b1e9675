import { connect, type Socket } from 'node:net';
import type { Attacker } from './attack.ts';

/** Opens a connection from which nothing is ever read. The server's data stays in its own buffers. */
export function openUnread({ url }: Attacker): { connection: Socket; closed: Promise<void> } {
  const { hostname, port } = new URL(url);
  const connection = connect({ host: hostname, port: Number(port) });
  connection.pause();
  const closed = new Promise<void>((resolve) => {
    // Without reading, the end of the connection is only noticed as an error.
    connection.on('error', () => undefined);
    connection.on('close', () => resolve());
  });
  return { connection, closed };
}

/** The text of an HTTP request for an operation. */
export function httpRequest({ url, tokens }: Attacker, query: string, accept = 'application/json'): string {
  const { host, pathname } = new URL(url);
  const body = JSON.stringify({ query });
  return [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${tokens.viewer}`,
    `Accept: ${accept}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** The text of a request without a body. */
export function getRequest({ url, tokens }: Attacker, path: string): string {
  const { host } = new URL(url);
  return [`GET ${path} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${tokens.viewer}`, '', ''].join(
    '\r\n',
  );
}

export const textFrame = 0x1;
export const pingFrame = 0x9;

/** A frame of a client with less than 64 KiB. Its mask is zero, so that the content needs no work. */
export function frame(content: string, opcode = textFrame): Buffer {
  const bytes = Buffer.from(content);
  const isLast = 0x80;
  const isMasked = 0x80;
  const mask = Buffer.alloc(4);
  if (bytes.length < 126)
    return Buffer.concat([Buffer.from([isLast | opcode, isMasked | bytes.length]), mask, bytes]);
  const head = Buffer.from([isLast | opcode, isMasked | 126, 0, 0]);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, mask, bytes]);
}

export function connectionInit({ tokens }: Attacker): string {
  return JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.viewer}` } });
}

/** Writes the same bytes again and again, as fast as the server takes them, until it closes the connection. */
export function flood(connection: Socket, bytes: Buffer): void {
  const write = () => {
    while (connection.writable && connection.write(bytes));
  };
  connection.on('drain', write);
  connection.once('connect', write);
}
