import { setTimeout as delay } from 'node:timers/promises';
import type { SessionTurnedStaleSubscriptionVariables } from '../src/client/generated/graphql.ts';
import { checkReceipts } from './receipts.ts';
import { kilobyte, type MemoryRow } from './report.ts';
import { startScenario } from './scenario.ts';
import { openSubscribers } from './subscriber.ts';

const activeSessions = 1_000;
const warmUp = 50;
const settleMs = 1_000;
const limitKilobytes = 30;

/**
 * The memory of the server per subscriber without events, including its socket: for subscribers with the same
 * variables, and for subscribers with a different filter each.
 */
export async function benchIdleSubscribers(
  folder: string,
  { sockets }: { sockets: number },
): Promise<MemoryRow[]> {
  await using scenario = await startScenario(folder, { sessions: activeSessions, due: 0, windowMs: 0 });
  const { url, inspector } = scenario;
  const subscribed = async (
    count: number,
    variablesOf: (index: number) => SessionTurnedStaleSubscriptionVariables,
  ) => {
    const subscribers = await openSubscribers(url, count);
    for (const [index, subscriber] of subscribers.entries()) subscriber.subscribe(variablesOf(index));
    await delay(settleMs);
    return subscribers;
  };
  const same = () => ({ staleAfter: '4h' });
  const different = (index: number) => ({ staleAfter: '4h', filter: { agentId: `agent-${index}` } });

  // The first subscribers cause memory that is not theirs, mainly compiled code.
  for (const subscriber of await subscribed(warmUp, same)) subscriber.close();
  for (const subscriber of await subscribed(warmUp, different)) subscriber.close();
  await delay(settleMs);

  const before = await inspector.memory();
  const alike = await subscribed(sockets, same);
  const between = await inspector.memory();
  const unlike = await subscribed(sockets, different);
  const after = await inspector.memory();
  for (const [index, subscriber] of [...alike, ...unlike].entries()) {
    // A rejected or disconnected subscriber needs no memory, which would make the result too good.
    checkReceipts(`Idle subscriber ${index + 1}`, subscriber, []);
    subscriber.close();
  }

  const row = (name: string, bytes: number, isLimited: boolean): MemoryRow => ({
    name,
    samples: sockets,
    bytes: bytes / sockets,
    limit: isLimited
      ? {
          promise: `< ${limitKilobytes} KB`,
          isBroken: !(bytes / sockets < limitKilobytes * kilobyte),
        }
      : null,
  });
  return [
    row('an idle subscriber, memory held', between.heldBytes - before.heldBytes, true),
    row('an idle subscriber, resident memory', between.residentBytes - before.residentBytes, false),
    row('an idle subscriber with its own filter, memory held', after.heldBytes - between.heldBytes, true),
  ];
}
