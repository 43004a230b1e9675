import { setTimeout as delay } from 'node:timers/promises';
import type { SessionTurnedStaleSubscription } from '../src/client/generated/graphql.ts';
import { type Timing, timing } from './measure.ts';
import type { Subscriber } from './subscriber.ts';

const silenceMs = 10_000;
const betweenLooksMs = 50;
const aftermathMs = 300;

/**
 * Waits until each has received so many messages, and a little longer for what should not come any more. When
 * nothing comes for long it ends as well: whoever reads the receipts sees what is missing.
 */
export async function allReceived(subscribers: readonly Subscriber[], count: number): Promise<void> {
  let total = 0;
  let since = performance.now();
  while (subscribers.some(({ receipts }) => receipts.length < count)) {
    const now = subscribers.reduce((sum, { receipts }) => sum + receipts.length, 0);
    if (now !== total) since = performance.now();
    if (performance.now() - since > silenceMs) return;
    total = now;
    await delay(betweenLooksMs);
  }
  await delay(aftermathMs);
}

/** What a receipt should tell of. */
export interface Expected {
  sessionId: number;
  dueAtMs: number;
}

interface EventMessage {
  payload?: { data?: SessionTurnedStaleSubscription | null };
}

/** Throws with the first difference unless each of these was told of exactly once, in this order. */
export function checkReceipts(who: string, { receipts }: Subscriber, expected: readonly Expected[]): void {
  for (let index = 0; index < Math.max(receipts.length, expected.length); index += 1) {
    const told = readSession(receipts[index]?.bytes);
    const due = expected[index];
    const awaited = due === undefined ? 'nothing' : `TaskSession:${due.sessionId}`;
    if (told !== awaited)
      throw new Error(
        `${who} received ${receipts.length} messages about ${expected.length} events; number ${index + 1} should tell of ${awaited} and tells of ${told}`,
      );
  }
}

function readSession(bytes: Buffer | undefined): string {
  if (bytes === undefined) return 'nothing';
  const { payload }: EventMessage = JSON.parse(bytes.toString());
  return payload?.data?.sessionTurnedStale.session.id ?? bytes.toString();
}

/** From each deadline to each receipt. */
export function lateness(subscribers: readonly Subscriber[], expected: readonly Expected[]): Timing {
  const durations = subscribers.flatMap(({ receipts }) =>
    receipts.map(({ atMs }, index) => atMs - (expected[index]?.dueAtMs ?? Number.NaN)),
  );
  return timing(durations, null);
}
