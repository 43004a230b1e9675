import { setTimeout as delay } from 'node:timers/promises';
import type { SessionTurnedStaleSubscription } from '../src/client/generated/graphql.ts';
import { type Timing, timing } from './measure.ts';
import type { Subscriber } from './subscriber.ts';

const idleTimeoutMs = 10_000;
const checkIntervalMs = 50;
/** In this time a message that should not be sent would arrive. */
const extraWaitMs = 300;

/**
 * Waits until each subscriber has received this many messages, and a little longer. Also returns if no message has
 * arrived for ten seconds; checkReceipts then finds the missing ones.
 */
export async function allReceived(subscribers: readonly Subscriber[], count: number): Promise<void> {
  let total = 0;
  let since = performance.now();
  while (subscribers.some(({ receipts }) => receipts.length < count)) {
    const now = subscribers.reduce((sum, { receipts }) => sum + receipts.length, 0);
    if (now !== total) since = performance.now();
    if (performance.now() - since > idleTimeoutMs) return;
    total = now;
    await delay(checkIntervalMs);
  }
  await delay(extraWaitMs);
}

/** The expected event of a receipt. */
export interface Expected {
  sessionId: number;
  dueAtMs: number;
}

interface EventMessage {
  payload?: { data?: SessionTurnedStaleSubscription | null };
}

/** Throws if a subscriber did not receive each of these events exactly once, in this order. */
export function checkReceipts(name: string, { receipts }: Subscriber, expected: readonly Expected[]): void {
  for (let index = 0; index < Math.max(receipts.length, expected.length); index += 1) {
    const received = readSession(receipts[index]?.bytes);
    const due = expected[index];
    const wanted = due === undefined ? 'nothing' : `TaskSession:${due.sessionId}`;
    if (received !== wanted)
      throw new Error(
        `${name} received ${receipts.length} messages for ${expected.length} events. Message ${index + 1} should be ${wanted}, but is ${received}`,
      );
  }
}

function readSession(bytes: Buffer | undefined): string {
  if (bytes === undefined) return 'nothing';
  const { payload }: EventMessage = JSON.parse(bytes.toString());
  return payload?.data?.sessionTurnedStale.session.id ?? bytes.toString();
}

/** The delays from each deadline to each receipt. */
export function lateness(subscribers: readonly Subscriber[], expected: readonly Expected[]): Timing {
  const durations = subscribers.flatMap(({ receipts }) =>
    receipts.map(({ atMs }, index) => atMs - (expected[index]?.dueAtMs ?? Number.NaN)),
  );
  return timing(durations, null);
}
