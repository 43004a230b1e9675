import type { ActiveSessionSizes } from './active-sessions.ts';
import { pushBare } from './bare-sockets.ts';
import { nextDeadlines } from './deadlines.ts';
import { allReceived, checkReceipts, lateness } from './receipts.ts';
import { floor, type TimeRow } from './report.ts';
import { startScenario } from './scenario.ts';
import { openSubscribers } from './subscriber.ts';

export interface FanOutSizes extends ActiveSessionSizes {
  sockets: number;
}

export interface FanOutOptions {
  /** Is handed where the server's time went while sessions turned stale; looking costs the server time. */
  onProfile?: (profile: unknown) => void;
}

const limit = { p50Ms: 10, p99Ms: 100 };

/**
 * How late many subscribers hear of sessions that turn stale one shortly after the other, each of them of every one:
 * from the deadline to the receipt, over all receipts. The floor is a server that does nothing but send the same
 * bytes to as many sockets, at the same distances.
 *
 * Throws when a subscriber does not hear of each session exactly once and in order.
 */
export async function benchFanOut(
  folder: string,
  sizes: FanOutSizes,
  { onProfile }: FanOutOptions = {},
): Promise<TimeRow> {
  const { sessions, sockets, due, windowMs } = sizes;
  await using scenario = await startScenario(folder, sizes);
  const hear = async () => {
    const subscribers = await openSubscribers(scenario.url, sockets);
    const { staleAfter, expected } = nextDeadlines(scenario.due);
    for (const subscriber of subscribers) subscriber.subscribe({ staleAfter });
    await allReceived(subscribers, due);
    for (const [index, subscriber] of subscribers.entries()) {
      checkReceipts(`Socket ${index + 1} of ${sockets}`, subscriber, expected);
      subscriber.close();
    }
    return { subscribers, expected };
  };

  // All of it once without counting: the server is still being compiled.
  await hear();
  const { subscribers, expected } = await (onProfile === undefined
    ? hear()
    : scenario.inspector.profile(hear, onProfile));
  const measured = lateness(subscribers, expected);
  const texts = subscribers[0]?.receipts.map(({ bytes }) => bytes.toString()) ?? [];
  return {
    name: `sessionTurnedStale to ${sockets} sockets, ${due.toLocaleString('en')} of ${sessions.toLocaleString('en')} sessions due in ${windowMs / 1_000} s`,
    ...measured,
    floors: [floor('bare sockets', measured, await pushBare(sockets, expected, texts))],
    limit: {
      promise: `p50 <= ${limit.p50Ms} ms, p99 <= ${limit.p99Ms} ms`,
      isBroken: !(measured.p50Ms <= limit.p50Ms && measured.p99Ms <= limit.p99Ms),
    },
  };
}
