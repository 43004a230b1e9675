import { expect, it } from 'vitest';
import { answerPings } from '../../../src/server/websocket/answer-pings.ts';
import { eventually } from '../../support/received.ts';
import { longMessage, openSocketPair } from '../../support/socket-pair.ts';

async function openAnswering() {
  const { socket, client } = await openSocketPair();
  let pings = 0;
  socket.on('ping', () => {
    pings += 1;
  });
  answerPings(socket);
  const pongs: string[] = [];
  client.on('pong', (data) => pongs.push(data.toString()));
  return { socket, client, pings: () => pings, pongs };
}

it('each ping is answered with its data', async () => {
  const { client, pongs } = await openAnswering();
  for (const data of ['one', 'two']) {
    client.ping(data);
    await eventually('the pong has come', () => pongs.at(-1) === data);
  }
  expect(pongs).toEqual(['one', 'two']);
});

it('pings of a client that does not read are answered with few pongs, and the latest ping is answered', async () => {
  const { socket, client, pings, pongs } = await openAnswering();
  client.pause();
  socket.send(longMessage);
  await eventually('data waits', () => socket.bufferedAmount > 0);
  const waiting = socket.bufferedAmount;
  const count = 1_000;
  for (let number = 1; number <= count; number += 1) client.ping(`ping ${number}`);
  await eventually('all pings have come', () => pings() === count);
  expect(socket.bufferedAmount - waiting).toBeLessThan(150);

  client.resume();
  await eventually('the last pong has come', () => pongs.at(-1) === `ping ${count}`);
  expect(pongs).toEqual(['ping 1', `ping ${count}`]);
});
