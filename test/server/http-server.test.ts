import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { testApp } from '../support/app.ts';

/** Opens a connection. Returns how long this took, in milliseconds. */
function connectedAfter(url: string, connections: Socket[]): Promise<number> {
  const { hostname, port } = new URL(url);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const connection = connect(Number(port), hostname, () => resolve(performance.now() - started));
    connections.push(connection);
    connection.on('error', reject);
  });
}

it('a thousand clients can connect at once', async () => {
  await using app = await testApp();
  await app.start();
  const connections: Socket[] = [];
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
  });
  const times = await Promise.all(Array.from({ length: 1_000 }, () => connectedAfter(app.url, connections)));
  // The operating system lets a client whose attempt it dropped wait for a second.
  expect(Math.max(...times)).toBeLessThan(1_000);
});
