import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, type Inspector, openInspector } from '../../bench/inspector.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { openRawSocket, openSocket, subprotocol } from '../support/socket.ts';
import { tokens, writeTokens } from '../support/tokens.ts';

/* Effects of unauthenticated and faulty clients on a server that others use. */

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
const tokensFile = join(folder, 'tokens.json');
let server: ServerProcess;
let inspector: Inspector;

beforeAll(async () => {
  writeTokens(tokensFile);
  const port = await freePort();
  server = await startServerProcess({
    DATABASE_URL: `file:${join(folder, 'shark.db')}`,
    API_TOKENS_FILE: tokensFile,
    // So that a query of this size is parsed.
    MAX_BODY_BYTES: String(5_000_000),
    NODE_OPTIONS: `--inspect=127.0.0.1:${port}`,
  });
  inspector = await openInspector(port);
}, 60_000);

afterAll(async () => {
  inspector.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function ask(query: string, init: RequestInit = {}): Promise<{ status: number; code: unknown }> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.viewer}` },
    body: JSON.stringify({ query }),
    ...init,
  });
  const { errors } = await response.json();
  return { status: response.status, code: errors?.[0]?.extensions?.code };
}

describe('5,000 WebSockets without connection_init', () => {
  it('do not prevent connections with a token', async () => {
    const strangers: WebSocket[] = [];
    const flood = (count: number) =>
      Promise.all(
        Array.from(
          { length: count },
          () =>
            new Promise<void>((resolve) => {
              const socket = new WebSocket(server.url.replace('http', 'ws'), [subprotocol]);
              strangers.push(socket);
              socket.on('open', resolve);
              // The server may reject or close it.
              socket.on('error', () => resolve());
            }),
        ),
      );
    await using first = await openSocket(server.url, tokens.viewer);
    for (let opened = 0; opened < 5_000; opened += 250) {
      await flood(250);
      await using between = await openSocket(server.url, tokens.viewer);
      expect(await between.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    }
    expect(strangers).toHaveLength(5_000);
    expect(await first.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    expect(await ask('{ __typename }')).toEqual({ status: 200, code: undefined });
    for (const socket of strangers) socket.terminate();
  });
});

describe('pings of clients that do not read', () => {
  const megabyte = 1_000_000;
  const ping = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(60_000) } });

  async function serverMemory(): Promise<number> {
    const response = await fetch(new URL('/metrics', server.url), {
      headers: { authorization: `Bearer ${tokens.viewer}` },
    });
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(await response.text())?.[1]);
  }

  /** Sends pings of at least this size in all, unless the server closes the WebSocket. */
  async function sendPings(socket: WebSocket, bytes: number): Promise<void> {
    for (let sent = 0; sent < bytes && socket.readyState === socket.OPEN; sent += ping.length)
      await new Promise<void>((resolve) => {
        socket.once('close', resolve);
        socket.send(ping, () => {
          socket.off('close', resolve);
          resolve();
        });
      });
  }

  async function openSilent(): Promise<WebSocket> {
    const socket = new WebSocket(server.url.replace('http', 'ws'), [subprotocol]);
    socket.on('error', () => {});
    await once(socket, 'open');
    return socket;
  }

  it.each([
    { what: '40 unauthenticated clients', clients: 40, init: undefined, bytes: 10 * megabyte },
    {
      what: 'an authenticated client',
      clients: 1,
      init: { type: 'connection_init', payload: { authorization: `Bearer ${tokens.viewer}` } },
      bytes: 200 * megabyte,
    },
  ])('take little memory, from $what', async ({ clients, init, bytes }) => {
    const before = await serverMemory();
    const sockets = await Promise.all(Array.from({ length: clients }, openSilent));
    for (const socket of sockets) {
      if (init !== undefined) {
        socket.send(JSON.stringify(init));
        await once(socket, 'message');
      }
      socket.pause();
    }
    await Promise.all(sockets.map((socket) => sendPings(socket, bytes)));
    expect((await serverMemory()) - before).toBeLessThan(100 * megabyte);
    for (const socket of sockets) socket.terminate();
  });
});

describe('the event loop is blocked for less than 50 ms by', () => {
  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename`).join(' ')} }`;
  const deep = `{ tasks { nodes { ${'feature { tasks { nodes { '.repeat(16)} id ${' } } }'.repeat(16)} } } }`;

  it.each<{ what: string; send: () => Promise<unknown>; answer: unknown }>([
    {
      what: 'a body of 10 MB',
      send: () => ask('', { body: Buffer.alloc(10_000_000, ' ') }),
      answer: { status: 413, code: 'PAYLOAD_TOO_LARGE' },
    },
    {
      what: 'a query with 100,000 aliases',
      send: () => ask(aliases(100_000)),
      answer: { status: 400, code: 'QUERY_TOO_LONG' },
    },
    {
      what: 'a query with 600 aliases',
      send: () => ask(aliases(600)),
      answer: { status: 400, code: 'TOO_MANY_ALIASES' },
    },
    {
      what: 'a query with a depth of 50 fields',
      send: () => ask(deep),
      answer: { status: 400, code: 'QUERY_TOO_DEEP' },
    },
    {
      what: 'a message of 1 MB on a WebSocket',
      async send() {
        await using socket = await openRawSocket(server.url);
        socket.send(JSON.stringify({ type: 'connection_init', payload: { filler: 'x'.repeat(1_000_000) } }));
        const { code } = await socket.closed();
        return { code };
      },
      answer: { code: 1009 },
    },
  ])('$what', async ({ send, answer }) => {
    const held: number[] = [];
    // A single delay can be garbage collection. The message is the cause only if each round has the delay.
    for (let round = 0; round < 5; round += 1) {
      const { worked, delay } = await inspector.eventLoop(send);
      expect(worked).toEqual(answer);
      held.push(delay.longestMs);
    }
    expect(Math.min(...held)).toBeLessThan(50);
  });

  it('the messages above, and the measurement detects a longer block', async () => {
    const { delay } = await inspector.eventLoop(() =>
      inspector.evaluate('for (const end = Date.now() + 60; Date.now() < end; );'),
    );
    expect(delay.longestMs).toBeGreaterThan(50);
  });
});
