import { describe, expect, it } from 'vitest';
import { createMessageSender } from '../../../src/server/websocket/message-sender.ts';
import { eventually } from '../../support/received.ts';
import { longMessage, openSocketPair } from '../../support/socket-pair.ts';

const maxBufferBytes = 64 * 1_024;

async function openSender() {
  const { socket, connection, client } = await openSocketPair();
  let pauses = 0;
  let received = 0;
  socket.on('message', () => {
    received += 1;
  });
  const send = createMessageSender(socket, connection, {
    maxBufferBytes,
    onPaused() {
      pauses += 1;
    },
    countUnread: () => () => {},
  });
  return { socket, client, send, pauses: () => pauses, received: () => received };
}

describe('while a client does not read, the server', () => {
  it('reads no messages, and reads again when the client has read', async () => {
    const { socket, client, send, pauses, received } = await openSender();
    client.pause();
    void send(longMessage);
    await eventually('the server stops reading', () => socket.isPaused);
    expect(pauses()).toBe(1);
    client.send('the first message');
    client.resume();
    await eventually('the server reads', () => received() === 1);
    expect(socket.bufferedAmount).toBeLessThanOrEqual(maxBufferBytes);
    expect(pauses()).toBe(1);
  });

  it('lets senders wait', async () => {
    const { socket, client, send } = await openSender();
    client.pause();
    void send(longMessage);
    await eventually('data waits', () => socket.bufferedAmount > 0);
    const sent = send('a short message');
    expect(sent).toBeInstanceOf(Promise);
    client.resume();
    await sent;
    expect(socket.bufferedAmount).toBe(0);
  });
});

it('a client that reads its messages is always read', async () => {
  const { socket, send, pauses } = await openSender();
  for (let number = 0; number < 100; number += 1) await send('x'.repeat(10_000));
  expect(socket.isPaused).toBe(false);
  expect(pauses()).toBe(0);
});
