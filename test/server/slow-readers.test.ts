import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { disconnectSlowReaders } from '../../src/server/slow-readers.ts';
import { manualClock } from '../support/manual-clock.ts';
import { eventually } from '../support/received.ts';

const timeoutMs = 60_000;
/** Much more than the buffers of the operating system hold. */
const muchData = Buffer.alloc(30_000_000);

async function startedServer() {
  const clock = manualClock();
  const accepted: Socket[] = [];
  const server = createServer((connection) => accepted.push(connection));
  let disconnected = 0;
  disconnectSlowReaders(server, {
    clock,
    timeoutMs,
    onDisconnected() {
      disconnected += 1;
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    clock,
    disconnected: () => disconnected,
    /** Opens a connection whose client reads nothing. Returns both sides. */
    async open() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('The server has no port');
      const client = connect(address.port, '127.0.0.1').pause();
      client.on('error', () => {});
      await once(client, 'connect');
      await eventually('the connection is accepted', () => accepted.length > 0);
      const connection = accepted.pop();
      if (connection === undefined) throw new Error('No connection was accepted');
      onTestFinished(() => {
        client.destroy();
        connection.destroy();
      });
      return { client, connection };
    },
  };
}

/** Lets the client read until the server has passed more bytes to the operating system. */
async function readSome(client: Socket): Promise<void> {
  let bytes = 0;
  client.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  client.resume();
  await eventually('the client has read some data', () => bytes > 8_000_000);
  client.pause();
  client.removeAllListeners('data');
}

describe('a client that takes no data', () => {
  it('is disconnected after the timeout', async () => {
    const { clock, open, disconnected } = await startedServer();
    const { connection } = await open();
    connection.write(muchData);
    // The first check finds waiting data, and the next ones find no progress.
    clock.advance(timeoutMs);
    expect(connection.destroyed).toBe(false);
    clock.advance(timeoutMs / 4);
    expect(connection.destroyed).toBe(true);
    expect(disconnected()).toBe(1);
  });

  it('stays connected while it takes a part of the data from time to time', async () => {
    const { clock, open, disconnected } = await startedServer();
    const { client, connection } = await open();
    connection.write(muchData);
    for (let parts = 0; parts < 2; parts += 1) {
      clock.advance(timeoutMs);
      await readSome(client);
      expect(connection.writableLength).toBe(muchData.length);
    }
    clock.advance(timeoutMs);
    expect(disconnected()).toBe(0);
  });

  it('stays connected after a pause of the server, because only checks count', async () => {
    const { clock, open, disconnected } = await startedServer();
    const { connection } = await open();
    connection.write(muchData);
    clock.advance(timeoutMs / 4);
    clock.jumpTo('2026-01-12T10:00:00.000Z');
    clock.advance(timeoutMs / 4);
    expect(connection.destroyed).toBe(false);
    expect(disconnected()).toBe(0);
  });

  it('stays connected if no data waits for it', async () => {
    const { clock, open, disconnected } = await startedServer();
    const { connection } = await open();
    connection.write('a little data');
    clock.advance(10 * timeoutMs);
    expect(connection.destroyed).toBe(false);

    connection.write(muchData);
    clock.advance(timeoutMs);
    expect(connection.destroyed).toBe(false);
    expect(disconnected()).toBe(0);
  });
});

it('one timer checks all connections, and stops with the last one', async () => {
  const { clock, open } = await startedServer();
  expect(clock.pendingUnref).toEqual([]);
  const { connection: first } = await open();
  const { connection: second } = await open();
  expect(clock.pendingUnref).toEqual([timeoutMs / 4]);
  first.destroy();
  second.destroy();
  await eventually('no timer runs', () => clock.pendingUnref.length === 0);
});
