import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { inTime } from './received.ts';
import { subprotocol } from './socket.ts';

/** A WebSocket with hand-written frames, which can be invalid. */
export interface HandmadeSocket {
  connection: Socket;
  send(frame: Buffer): void;
  /** The code of the close frame. Undefined if the connection ends without one. */
  closed(): Promise<number | undefined>;
}

export const text = 0x1;
export const close = 0x8;
export const ping = 0x9;
export const pong = 0xa;
const isLast = 0x80;
const isMasked = 0x80;

/** The text of a request for a WebSocket. The client may send frames without waiting for the answer. */
export function upgradeRequest(url: string): string {
  const { host, pathname } = new URL(url);
  return [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    '\r\n',
  ].join('\r\n');
}

/** A frame of up to 125 bytes. By default it is valid for a client. */
export function frame(
  content: Buffer,
  {
    opcode = text,
    masked = true,
    reserved = 0,
  }: { opcode?: number; masked?: boolean; reserved?: number } = {},
): Buffer {
  const head = Buffer.from([isLast | reserved | opcode, (masked ? isMasked : 0) | content.length]);
  if (!masked) return Buffer.concat([head, content]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, content.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

export async function openHandmadeSocket(address: string): Promise<HandmadeSocket> {
  const { hostname, port } = new URL(address);
  // Stays open for writing after the other side has ended.
  const connection = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const received: Buffer[] = [];
  await once(connection, 'connect');
  connection.write(upgradeRequest(address));
  const [answer]: [Buffer] = await inTime('the upgrade is answered', firstData(connection));
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(answer.toString('latin1'));
  const ended = once(connection, 'end');
  connection.on('data', (chunk: Buffer) => received.push(chunk));
  return {
    connection,
    send: (bytes) => void connection.write(bytes),
    async closed() {
      await inTime('the server ends the connection', ended);
      connection.end();
      return closeCode(Buffer.concat(received));
    },
  };
}

async function firstData(connection: Socket): Promise<[Buffer]> {
  return new Promise((resolve) => {
    connection.once('data', (chunk: Buffer) => resolve([chunk]));
  });
}

/** Finds the close frame in unmasked, short frames from the server. */
function closeCode(bytes: Buffer): number | undefined {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const opcode = bytes.readUInt8(at) & 0x0f;
    const length = bytes.readUInt8(at + 1) & 0x7f;
    if (opcode === close && length >= 2) return bytes.readUInt16BE(at + 2);
    at += 2 + length;
  }
  return undefined;
}
