import { once } from 'node:events';
import { expect, it } from 'vitest';
import { limitUnauthenticatedTraffic } from '../../../src/server/websocket/unauthenticated-traffic.ts';
import { eventually, inTime } from '../../support/received.ts';
import { openSocketPair } from '../../support/socket-pair.ts';

const limits = { socketMessagesBeforeInit: 5, socketBytesBeforeInit: 1_000 };

async function openLimited() {
  const { socket, connection, client } = await openSocketPair();
  const rejections: string[] = [];
  limitUnauthenticatedTraffic(socket, {
    connection,
    limits,
    reject(setting, code, reason) {
      rejections.push(setting);
      socket.close(code, reason);
    },
  });
  return { connection, client, rejections };
}

it('a flood is not read while its WebSocket closes', async () => {
  const { connection, client, rejections } = await openLimited();
  const message = 'x'.repeat(60_000);
  for (let sent = 0; sent < 200; sent += 1) client.send(message);
  await eventually('the server reads no more', () => connection.isPaused());
  expect(connection.bytesRead).toBeLessThan(5 * message.length);
  expect(rejections).toEqual(['MAX_SOCKET_BYTES_BEFORE_INIT']);
});

it('a client that is rejected can confirm the closing', async () => {
  const { client, rejections } = await openLimited();
  const closed = once(client, 'close');
  for (let sent = 0; sent < 10; sent += 1) client.send('short');
  await inTime('the closing is confirmed', closed);
  expect(rejections).toEqual(['MAX_SOCKET_MESSAGES_BEFORE_INIT']);
});
