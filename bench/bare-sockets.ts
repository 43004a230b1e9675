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
 * The delay of the same messages from a server that does nothing else: a separate process that gets the bytes in
 * advance and sends them at the same intervals.
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
    // The server ignores it. It tells each subscriber object which messages to record.
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
