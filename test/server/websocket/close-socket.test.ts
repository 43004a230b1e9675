import { expect, it } from 'vitest';
import { createCloseSocket } from '../../../src/server/websocket/close-socket.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { longMessage, openSocketPair } from '../../support/socket-pair.ts';

it('frees the data of a client that does not read after a second', async () => {
  const clock = manualClock();
  const { socket, connection, client } = await openSocketPair();
  client.pause();
  socket.send(longMessage);
  await eventually('data waits', () => connection.writableLength > 0);

  createCloseSocket(clock)(socket, 1_008, 'The test has ended');
  clock.advance(999);
  expect(connection.destroyed).toBe(false);
  clock.advance(1);
  expect(connection.destroyed).toBe(true);
  await eventually('the WebSocket is closed', () => socket.readyState === socket.CLOSED);
  expect(clock.pending).toEqual([]);
});
