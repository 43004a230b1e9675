import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Messages } from './bare-socket-server.ts';
import type { Timing } from './measure.ts';
import { allReceived, checkReceipts, type Expected, lateness } from './receipts.ts';
import { openSubscribers } from './subscriber.ts';

const program = fileURLToPath(new URL('bare-socket-server.ts', import.meta.url));
const leadMs = 1_000;

/**
 * How late as many sockets hear of the same when nothing is behind it: a server in a process of its own that is told
 * beforehand which bytes to send, and sends them at the same distances.
 */
export async function pushBare(
  sockets: number,
  expected: readonly Expected[],
  texts: readonly string[],
): Promise<Timing> {
  const server = fork(program, { execArgv: ['--import', 'tsx'] });
  try {
    const [port]: unknown[] = await once(server, 'message');
    const subscribers = await openSubscribers(`ws://127.0.0.1:${String(port)}`, sockets);
    // The server does not listen; the subscribers know by this which messages are theirs.
    for (const subscriber of subscribers) subscriber.subscribe({});
    const shiftMs = Date.now() + leadMs - (expected[0]?.dueAtMs ?? 0);
    const shifted = expected.map(({ sessionId, dueAtMs }) => ({ sessionId, dueAtMs: dueAtMs + shiftMs }));
    server.send(
      shifted.map(({ dueAtMs }, index) => ({ atMs: dueAtMs, text: texts[index] ?? '' })) satisfies Messages,
    );
    await allReceived(subscribers, expected.length);
    for (const [index, subscriber] of subscribers.entries()) {
      checkReceipts(`Bare socket ${index + 1}`, subscriber, expected);
      subscriber.close();
    }
    return lateness(subscribers, shifted);
  } finally {
    server.kill();
  }
}
